"""The taxi owner's regulars: for each a card of eight fields, as told by the customer, with source and date (PRF-01)."""

# ruff: noqa: E501 - sentences and lists of words are not broken

import numpy as np

from guanxi.project.demonstration.cast.story import Like, Story
from guanxi.record.customers.choices import PreferenceField

_SOURCES = ("客户本人", "车上聊天", "微信留言", "同事转述，本人确认")
# For each field its lines; {a} and {b} are filled from the lists of the field.
_CARD: tuple[tuple[PreferenceField, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        PreferenceField.MATTERS,
        ("提前{a}分钟到，{b}", "{b}，{a}分钟内要出发", "最看重{b}；约好后不要改时间，早到{a}分钟"),
        ("车里安静", "开得稳", "走高架不绕路", "下雨有人打伞", "行李有人搭手", "车内没有烟味", "充电线接头齐", "座椅放低一格"),
    ),
    (
        PreferenceField.EXPERTISE,
        ("做{b}{a}年", "{b}，入行{a}年", "懂{b}，带过{a}个项目"),
        ("外贸", "建筑设计", "眼科器械", "纺织面料", "软件测试", "港口物流", "中学物理", "室内设计", "茶叶拍卖", "财务审计", "机场地勤", "会展搭建", "食品检测", "园林"),
    ),
    (
        PreferenceField.CHARACTER,
        ("{b}，说事只说一遍", "{b}，不喜欢催", "{b}，记得住人", "{b}"),
        ("爽快", "话不多，守时", "爱开玩笑", "细心", "急性子，但讲理", "慢热，熟了很健谈", "客气", "喜欢先听完再说"),
    ),
    (
        PreferenceField.BREAKFAST,
        ("{b}，不要糖", "{b}配肠粉", "{b}，要热的", "七点前的车：{b}"),
        ("豆浆", "美式咖啡", "热牛奶", "菊花茶", "普洱", "燕麦粥", "罗汉果茶", "温水", "陈皮水", "黑咖啡"),
    ),
    (
        PreferenceField.MUSIC,
        ("{b}，声音小一点", "早上不要音乐，回程放{b}", "{b}", "长途放{b}"),
        ("粤语老歌", "钢琴曲", "爵士", "评书", "新闻台", "古典吉他", "民谣", "相声", "英文播客", "轻音乐"),
    ),
    (
        PreferenceField.SNACKS,
        ("{b}", "备一包{b}", "{b}，{c}小时以上的路才吃", "不吃甜，{b}可以"),
        ("苏打饼", "陈皮梅", "坚果", "香蕉", "薄荷糖", "海苔", "话梅", "全麦面包", "无花果干"),
    ),
    (
        PreferenceField.TOPICS,
        ("{b}", "先问要不要休息；想聊就聊{b}", "{b}，别聊工作", "爱说{b}"),
        ("羽毛球", "孩子的学校", "老城改造", "钓鱼", "新出的电车", "足球", "粤菜馆子", "徒步路线", "摄影", "股市以外的事", "旅行", "茶", "历史小说"),
    ),
    (
        PreferenceField.CONTACT,
        ("提前{c}小时发微信，不打电话", "前一晚{b}点发消息确认", "打电话，{b}点以后", "短信就行，{c}小时前"),
        ("八", "九", "七", "二十", "二十一"),
    ),
)  # fmt: skip


def regulars(random: np.random.Generator, references: list[str]) -> Story:
    """A card of eight fields for each regular; no two cards are the same."""
    story, seen = Story(), set()
    for reference in references:
        while True:
            card = [_line(random, field) for field in range(len(_CARD))]
            if tuple(card) not in seen:
                break
        seen.add(tuple(card))
        known = int(random.integers(20, 900))
        for (field, _, _), text in zip(_CARD, card, strict=True):
            days, source = int(random.integers(5, known + 10)), _SOURCES[int(random.integers(len(_SOURCES)))]
            story.likes.append(Like(reference, field, text, days, source))
    return story


def _line(random: np.random.Generator, number: int) -> str:
    _, forms, words = _CARD[number]
    form, word = forms[int(random.integers(len(forms)))], words[int(random.integers(len(words)))]
    return form.format(a=int(random.integers(2, 16)), b=word, c=int(random.integers(1, 4)))
