"""What is said in a shop, a branch, a garage, a car: sentences for the notes of conversations, with words to fill in."""

import numpy as np

from guanxi.project.demonstration import english
from guanxi.record.conversations.choices import Direction, Outcome
from guanxi.record.customers.choices import Channel

_IN, _OUT = Direction.IN, Direction.OUT
Sentence = tuple[Direction, Channel, str]
NOT_REACHED = "没有接通"

# By what is used of the group; words in braces are filled from the lists and numbers below.
SENTENCES: dict[str, tuple[Sentence, ...]] = {
    "card": (
        (_IN, Channel.CALL, "问在{place}那笔 {n} 元是不是扣了两次，查明是预授权，两天后退回。"),
        (_IN, Channel.APP, "申请把账单日改到每月 {d} 号，已改。"),
        (_OUT, Channel.CALL, "提醒年费减免还差 {few} 笔，客户说周末在{place}会用。"),
        (_IN, Channel.BRANCH, "补办卡片，{few} 个工作日寄到家。"),
        (_IN, Channel.WECHAT, "问积分怎么换{gift}，发了步骤。"),
        (_IN, Channel.CALL, "{place}刷不了卡，帮他查是单笔限额，当场调高。"),
        (_IN, Channel.APP, "想开电子账单，不再寄纸质的，已改。"),
        (_OUT, Channel.CALL, "确认一笔异地交易，是本人在外地{topic}。"),
        (_IN, Channel.BRANCH, "要给{relative}办一张附属卡，告知带身份证。"),
        (_IN, Channel.WECHAT, "问分期 {few} 期手续费多少，发了对照表，没有当场办。"),
    ),
    "shop": (
        (_IN, Channel.BRANCH, "换货：{gift}有一处裂纹，当天换新。"),
        (_IN, Channel.WECHAT, "想订 {d} 份{gift}做伴手礼，问能不能打包。"),
        (_OUT, Channel.SMS, "告知{gift}到货，客户回复周末来取。"),
        (_IN, Channel.CALL, "问会员日哪天，记下 {d} 号。"),
        (_IN, Channel.WEB, "对{gift}打了好评，说包装结实。"),
        (_IN, Channel.BRANCH, "来挑搬家要用的东西，喜欢{colour}，先买了{gift}。"),
        (_IN, Channel.WECHAT, "问{gift}有没有{colour}，店里没有，三天内调货。"),
        (_OUT, Channel.CALL, "告知预订的{gift}晚到两天，客户说不急。"),
        (_IN, Channel.CALL, "发票抬头开错了，重开寄出。"),
    ),
    "car": (
        (_IN, Channel.CALL, "约 {d} 号上午做养护，里程 {n}0 公里。"),
        (_OUT, Channel.CALL, "提醒轮胎花纹偏浅，客户说月底再看。"),
        (_IN, Channel.VISIT, "等车时聊了{topic}；要求下次固定同一位师傅。"),
        (_IN, Channel.WECHAT, "问换机油要多久，答复四十分钟。"),
        (_IN, Channel.VISIT, "冷车异响，路试后换了平衡杆胶套，没有多收。"),
        (_IN, Channel.CALL, "下月要自驾去{trip}，想先做一次长途检查。"),
        (_OUT, Channel.SMS, "年检快到期，客户回复请我们代办。"),
        (_IN, Channel.CALL, "半路爆胎，四十分钟到场换好备胎。"),
    ),
    "policy": (
        (_IN, Channel.CALL, "报案：停车场刮擦，定损 {n} 元，{few} 天后到账。"),
        (_OUT, Channel.VISIT, "讲了保单条款，重点说免赔额；客户要再想想。"),
        (_IN, Channel.CALL, "问受益人怎么改，告知要本人带证件。"),
        (_OUT, Channel.CALL, "续保前回访，客户对理赔速度满意。"),
        (_IN, Channel.WECHAT, "要电子保单，发到邮箱。"),
        (_IN, Channel.CALL, "去{trip}前问旅行险包不包行李延误，逐条讲了。"),
        (_OUT, Channel.CALL, "理赔款到账，电话告知，客户道谢。"),
        (_IN, Channel.BRANCH, "想把几份保单放在一起看看，约了下周带来。"),
    ),
    "bank": (
        (_IN, Channel.BRANCH, "提前还款 {n}0 元，打印了新的还款表。"),
        (_IN, Channel.CALL, "问利率什么时候重定价，答复是一月一日。"),
        (_OUT, Channel.CALL, "定投扣款失败，客户当天补了余额。"),
        (_IN, Channel.BRANCH, "开了 {few} 份存款证明，{relative}留学用。"),
        (_IN, Channel.APP, "把定投从每月 {d} 号改到发薪日后一天。"),
        (_IN, Channel.CALL, "问提前结清要不要违约金，答复满一年不收。"),
    ),
    "taxi": (
        (_IN, Channel.WECHAT, "约 {d} 号六点半去机场，{few} 件行李。"),
        (_OUT, Channel.SMS, "告知替班司机姓名和车牌，客户同意。"),
        (_IN, Channel.CALL, "说上次早到让他从容，以后长途都找我们。"),
        (_IN, Channel.WECHAT, "临时改到{trip}，多等了二十分钟，没有加钱。"),
        (_OUT, Channel.CALL, "大雨，提前一小时提醒，改走高架。"),
        (_IN, Channel.CALL, "介绍了一位同事，常去{trip}。"),
    ),
    "any": (
        (_OUT, Channel.CALL, "{feast}前问候，客户说家里都好，刚从{trip}回来。"),
        (_OUT, Channel.VISIT, "顺路拜访，坐了 {m} 分钟，聊到{topic}和{relative}上学。"),
        (_IN, Channel.BRANCH, "等号 {few} 分钟，说比上次快。"),
        (_OUT, Channel.POST, "寄了手写的{feast}贺卡。"),
        (_OUT, Channel.WECHAT, "{feast}问候，客户回了全家合影。"),
        (_OUT, Channel.CALL, "回访上次的事办得怎样，客户满意，顺便说起{topic}。"),
        (_IN, Channel.CALL, "换了手机号，核对后更新。"),
        (_OUT, Channel.CALL, NOT_REACHED + "，晚上再发一条消息说明来意。"),
    ),
}
FOLLOWED = (
    "按约回了电话，办妥了。",
    "回电：已经到账，客户确认。",
    "按说好的日子回复，客户满意。",
    "把书面答复发了过去，电话里又讲了一遍。",
)
OWED: tuple[tuple[Direction, Channel, str, Outcome], ...] = (
    (_IN, Channel.CALL, "问{gift}整批订的报价，答应两天内给答复。", Outcome.PROMISED),
    (_IN, Channel.CALL, "问理赔材料还缺什么；答应给答复。", Outcome.PROMISED),
    (_OUT, Channel.VISIT, "谈到{relative}上学的花费，说好回来把两种方案写清楚。", Outcome.PROMISED),
    (_OUT, Channel.CALL, "客户在开会，约好再打。", Outcome.REACHED),
    (_IN, Channel.BRANCH, "要一份近{h}个月的流水说明，需要后台出具。", Outcome.PROMISED),
    (_IN, Channel.WECHAT, "想约时间来看看，等我们定日子。", Outcome.REACHED),
    (_IN, Channel.CALL, "一笔 {n} 元的扣费要查清楚，答应查完就回。", Outcome.PROMISED),
)
_LISTS = {
    "gift": "茶具 台灯 靠垫 保温杯 坚果礼盒 四件套 茶礼盒 香薰蜡烛 真丝方巾 骨瓷餐盘 玻璃花瓶 手工皂 笔记本 土蜂蜜".split(),
    "place": "超市 加油站 酒楼 百货公司 高铁站 网店 书城 菜市场".split(),
    "topic": "打羽毛球 钓鱼 自驾 装修 养花 看球 摄影 爬山 粤菜 老房翻新 学游泳".split(),
    "trip": "清远 阳江 桂林 长沙 香港 澳门 潮州 厦门 惠州 湛江".split(),
    "relative": "孩子 女儿 儿子 侄子 孙女".split(),
    "colour": "素白 雾绿 靛蓝 原木色 朱红".split(),
}


# The feast that is near in each month; in the others it is somebody's birthday.
_FEASTS = {1: "春节", 2: "春节", 4: "五一", 6: "端午", 9: "中秋", 10: "国庆", 12: "元旦"}


def filled(random: np.random.Generator, words: str, month: int) -> str:
    """A sentence of that month with its words and numbers drawn."""
    drawn = {name: some[int(random.integers(len(some)))] for name, some in (_LISTS | english.LISTS).items()}
    drawn |= {"feast": _FEASTS.get(month, "生日"), "holiday": english.holiday(month)}
    n, d, few, m = (int(random.integers(*span)) for span in ((80, 2_400), (3, 28), (2, 6), (4, 12)))
    return words.format(**drawn, n=n, d=d, few=few, m=m * 5, h=(3, 6, 12)[m % 3])
