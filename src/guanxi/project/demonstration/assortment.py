"""What the group sells: cards, a house shop, a garage, policies, services of the bank and a fleet of cars, in both languages."""

# ruff: noqa: E501 - lists of words read best in long lines

from dataclasses import dataclass

from guanxi.record.catalogue.rules import NewProduct


@dataclass(frozen=True, slots=True)
class Family:
    """One family: the word that begins its products' references, its name, and contribution per unit of revenue."""

    key: str
    name: str
    margin_rate: float


CARD = Family("CARD", "银行卡 Cards", 0.012)
SHOP = Family("SHOP", "生活馆 Home shop", 0.015)
GARAGE = Family("GARAGE", "汽车养护 Garage", 0.04)
POLICY = Family("POLICY", "保险 Insurance", 0.02)
BANK = Family("BANK", "存贷理财 Banking", 0.004)
TAXI = Family("TAXI", "专车 Car service", 0.02)
CORP = Family("CORP", "对公业务 Corporate", 0.2)
DEPOSIT = Family("DEPOSIT", "存款 Deposits", 0.0)

_CARDS = (
    "DEBIT 借记卡 Debit card|GOLD 金卡 Gold card|CLASSIC 普卡 Classic card|PLATINUM 白金卡 Platinum card|SALARY 薪金卡 Salary card|"
    "DRIVER 车主卡 Driver's card|AIR 航空联名卡 Airline card|STORE 百货联名卡 Department store card|FRESH 超市联名卡 Supermarket card|"
    "RAIL 高铁联名卡 Rail card|FUEL 加油卡 Fuel card|TRAVEL 旅行卡 Travel card|BUSINESS 商旅卡 Business travel card|CAMPUS 校园卡 Campus card|"
    "LADY 女士卡 Lady card|FAMILY 亲子卡 Family card|SPORT 运动卡 Sports card|MERCHANT 小微商户卡 Merchant card|DIGITAL 数字卡 Digital card|"
    "BAY 粤港通卡 Bay area card|DUAL 双标外币卡 Dual-currency card|STUDY 留学卡 Study abroad card|CORPORATE 公务卡 Corporate card|DIAMOND 钻石卡 Diamond card"
)
_ITEMS = (
    "MUG 陶瓷马克杯 Ceramic mug 39|TEAPOT 手作茶壶 Hand-thrown teapot 168|BOWL 青花饭碗 Blue-and-white bowl 28|PLATE 骨瓷餐盘 Bone china plate 46|"
    "CHOPS 鸡翅木筷 Wenge chopsticks 32|VASE 玻璃花瓶 Glass vase 88|LAMP 床头台灯 Bedside lamp 159|CANDLE 香薰蜡烛 Scented candle 69|"
    "CUSHION 亚麻靠垫 Linen cushion 75|THROW 羊毛盖毯 Wool throw 239|TOWEL 长绒棉毛巾 Cotton towel 36|BATH 浴巾 Bath towel 89|"
    "SHEET 四件套 Bed linen set 459|PILLOW 乳胶枕 Latex pillow 199|CLOCK 静音挂钟 Silent wall clock 96|FRAME 相框 Photo frame 42|"
    "BASKET 藤编收纳篮 Wicker basket 65|BOX 收纳盒 Storage box 29|HOOK 黄铜挂钩 Brass hook 18|TRAY 胡桃木托盘 Walnut tray 118|"
    "KETTLE 电热水壶 Electric kettle 149|PAN 平底锅 Frying pan 189|KNIFE 厨刀 Kitchen knife 129|BOARD 砧板 Chopping board 79|"
    "GLASS 水杯 Tumbler 22|FLASK 保温杯 Vacuum flask 98|BAG 帆布袋 Canvas bag 35|UMBRELLA 折叠伞 Folding umbrella 59|"
    "NOTE 笔记本 Notebook 19|PEN 签字笔礼盒 Pen gift box 66|CARD 贺卡 Greeting card 9|WRAP 包装纸 Gift wrap 12|"
    "LANTERN 纸灯笼 Paper lantern 26|GARDEN 园艺手套 Garden gloves 24|POT 陶土花盆 Clay pot 31|SEED 种子礼盒 Seed box 38|"
    "TOY 木制积木 Wooden blocks 92|PUZZLE 拼图 Jigsaw puzzle 56|BEAR 布艺小熊 Cloth bear 72|APRON 围裙 Apron 48|"
    "MAT 餐垫 Place mat 17|RUG 门厅地垫 Hall mat 85|CURTAIN 遮光窗帘 Blackout curtain 268|SOAP 手工皂 Handmade soap 25|"
    "TEA 茶礼盒 Tea gift box 138|COFFEE 挂耳咖啡 Drip coffee 58|HONEY 土蜂蜜 Wild honey 68|NUTS 坚果礼盒 Nut gift box 128|"
    "SCARF 真丝方巾 Silk scarf 218|SLIPPER 居家拖鞋 House slippers 45"
)
_VARIANTS = "W 素白 white|G 雾绿 mist green|B 靛蓝 indigo|R 朱红 vermilion|N 原木 natural"
_GARAGE = (
    "SERVICE 常规养护 Regular service 480|OIL 进口机油 Imported German oil 560|ADDITIVE 发动机添加剂 Engine additive 120|FILTER 三滤更换 Filters 260|"
    "BRAKE 刹车片 Brake pads 680|FLUID 刹车油 Brake fluid 180|TYRE 轮胎更换 Tyres 1450|ALIGN 四轮定位 Wheel alignment 220|"
    "BALANCE 动平衡 Wheel balancing 120|WASH 精洗 Hand wash 80|WAX 打蜡 Waxing 260|POLISH 抛光 Polishing 480|BATTERY 蓄电池 Battery 620|"
    "AC 空调清洗 Air-conditioner cleaning 230|GAS 空调加氟 Refrigerant 200|PLUG 火花塞 Spark plugs 360|BELT 皮带 Belts 420|COOLANT 冷却液 Coolant 190|"
    "GEAR 变速箱油 Gearbox oil 780|SHOCK 减振器 Shock absorbers 1280|LIGHT 大灯翻新 Headlight repair 380|GLASS 玻璃修补 Glass repair 300|FILM 车膜 Window film 1680|"
    "PAINT 单面喷漆 Panel painting 520|DENT 凹陷修复 Dent repair 350|WIPER 雨刮 Wipers 90|CHECK 年检代办 Inspection service 300|RESCUE 道路救援 Roadside help 260|"
    "INTERIOR 内饰清洁 Interior cleaning 320|STERIL 消毒 Disinfection 150|SEAT 座套 Seat covers 580|CAMERA 行车记录仪 Dash camera 680|CHARGER 充电桩安装 Charger fitting 1500|"
    "WINTER 冬季检查 Winter check 120|TRIP 长途检查 Trip check 160|PLAN 养护年卡 Service plan 1800"
)
_POLICIES = (
    "MOTOR 交强险 Compulsory motor 950|COMP 车损险 Comprehensive motor 3200|THIRD 三者险 Third-party liability 1400|HOME 家财险 Home contents 360|"
    "LIFE 定期寿险 Term life 2600|HEALTH 百万医疗 Medical cover 780|ACCIDENT 意外险 Accident cover 180|CHILD 少儿教育金 Education savings 6000|"
    "ANNUITY 年金险 Annuity 8000|TRAVEL 旅行险 Travel cover 120"
)
_BANKING = (
    "MORTGAGE 住房贷款 Mortgage 4800|DECORATION 装修贷款 Decoration loan 2100|CARLOAN 购车贷款 Car loan 2600|"
    "SIP 基金定投 Monthly fund plan 1000|MONEY 货币基金 Money market fund 5000|BOND 债券基金 Bond fund 3000|INDEX 指数基金 Index fund 2000|"
    "GOLD 积存金 Gold savings 800|PENSION 个人养老金 Personal pension 1000"
)
_CORPORATE = (
    "WORKING 流动资金贷款 Working capital loan 9000|PAYROLL 代发工资服务 Payroll service 1200|POS 收单服务 Card acquiring 900|"
    "SETTLE 结算服务 Settlement service 600|EMPLOYER 雇主责任险 Employers' liability 4200|CARGO 货运险 Cargo cover 2800|"
    "PROPERTY 企业财产险 Commercial property 5600|LIABILITY 公众责任险 Public liability 3600"
)
_TRIPS = (
    "AIRPORT 白云机场 Baiyun airport 180|SOUTH 广州南站 South station 120|EAST 广州东站 East station 60|UNIVERSITY 大学城 University town 110|"
    "NANSHA 南沙 Nansha 210|PANYU 番禺 Panyu 95|HUADU 花都 Huadu 190|FOSHAN 佛山 Foshan 160|DONGGUAN 东莞 Dongguan 320|"
    "SHENZHEN 深圳 Shenzhen 560|ZHUHAI 珠海 Zhuhai 620|HOURLY 市内包车 Hire by the hour 150|CANTON 琶洲展馆 Pazhou fair 80|CONGHUA 从化 Conghua 330"
)
_DEPOSITS = "DEMAND 活期存款 Demand deposit|TERM 定期存款 Time deposit"


@dataclass(frozen=True, slots=True)
class Item:
    """One product of the demo; `price` in whole units (0 where each customer's own sum decides)."""

    reference: str
    name: str
    family: Family
    price: int = 0


def _listed(family: Family, words: str) -> list[Item]:
    items = []
    for part in words.split("|"):
        key, chinese, *english = part.split()
        price = int(english.pop()) if english[-1].isdigit() else 0
        items.append(Item(f"{family.key}-{key}", f"{chinese} {' '.join(english)}", family, price))
    return items


def _in_variants(items: list[Item]) -> list[Item]:
    """Every thing of the shop in every colour."""
    variants = [part.split(maxsplit=2) for part in _VARIANTS.split("|")]
    return [
        Item(f"{item.reference}-{key}", _coloured(item.name, chinese, english), item.family, item.price + 2 * number)
        for item in items
        for number, (key, chinese, english) in enumerate(variants)
    ]


def _coloured(name: str, chinese: str, english: str) -> str:
    """The colour in either language where that language is spoken: 陶瓷马克杯·雾绿 Ceramic mug, mist green."""
    ours, _, theirs = name.partition(" ")
    return f"{ours}·{chinese} {theirs}, {english}"


ITEMS: dict[str, list[Item]] = {
    CARD.key: _listed(CARD, _CARDS),
    SHOP.key: _in_variants(_listed(SHOP, _ITEMS)),
    GARAGE.key: _listed(GARAGE, _GARAGE),
    POLICY.key: _listed(POLICY, _POLICIES),
    BANK.key: _listed(BANK, _BANKING),
    TAXI.key: _listed(TAXI, _TRIPS),
    CORP.key: _listed(CORP, _CORPORATE),
    DEPOSIT.key: _listed(DEPOSIT, _DEPOSITS),
}


def all_items() -> list[Item]:
    """Every product, family by family."""
    return [item for items in ITEMS.values() for item in items]


# The better kinds of what the garage does: for who cares for the engine (RET-06).
_PREMIUM = frozenset({"GARAGE-OIL", "GARAGE-ADDITIVE"})


def new_products() -> list[NewProduct]:
    """Every product as the catalogue takes it."""
    return [
        NewProduct(
            reference=item.reference, name=item.name, family=item.family.name,
            margin_rate=str(item.family.margin_rate), premium="yes" if item.reference in _PREMIUM else "", is_demo=True,
        )
        for item in all_items()
    ]  # fmt: skip
