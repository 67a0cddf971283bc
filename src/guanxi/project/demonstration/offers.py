"""What the demo group offers: bank, insurer, shop, garage and a partner, in both languages. decisioning.md 3.3, LEV-04 … LEV-09."""

# ruff: noqa: E501 - what is said of an offer reads best in long lines

from collections.abc import Mapping
from dataclasses import dataclass, field

from guanxi.engage.offers.choices import Issue, Layer, RegulatoryClass, ValueModel, Way
from guanxi.record.consents.choices import Purpose

Said = tuple[str, str]  # Chinese, English


PARTNER = "羊城汽车市场"  # by this name customers agree to its offers


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One offer of the demo. `words` in the order of Told; `waits`: it is submitted and waits for approval."""

    reference: str
    issue: Issue
    product: str
    words: tuple[Said, ...]
    treatments: Mapping[Way, Said]
    rules: Mapping[Layer, str] = field(default_factory=dict)
    regulated: RegulatoryClass = RegulatoryClass.NONE
    purpose: Purpose = Purpose.MARKETING
    value_model: ValueModel = ValueModel.UNIT
    value: str = ""
    incentive: str = "0"
    list_rate: str = ""
    campaign_rate: str = ""
    stock: str = ""
    partner: str = ""
    rest_days: int = 0
    after: Mapping[Way, str] = field(default_factory=dict)
    waits: bool = False


_SPARED = "spared: not is_vulnerable\ncomplaint_open: not has_open_complaint"
_GROWN = f"kind = 'person'\nage between 18 and 70\n{_SPARED}"
_NO_MORE_LOSS = "no_cross_sell: not no_cross_sell"

_HOME = (
    Planned(
        reference="decoration_loan", issue=Issue.GROWTH, product="BANK-DECORATION", regulated=RegulatoryClass.CREDIT, value="2400",
        list_rate="4.2%", campaign_rate="3.6%", rest_days=30,
        words=(
            ("装修贷款", "Decoration loan"),
            ("年利率3.6%，挂牌利率为4.2%；当天可知额度", "3.6 % a year where the list rate is 4.2 %; the limit is known the same day"),
            ("新房要装修，一次拿出一笔钱不容易", "A new home is to be fitted out, and the sum is large at once"),
            ("借10万元、三年等额还款，利息合计约5,600元，没有其他费用", "¥100,000 over three years costs about ¥5,600 interest in all, and no other fee"),
            ("逾期会计罚息并影响征信", "Paying late costs interest and shows in the credit record"),
            ("用存款支付、分期装修，或暂时不装修", "Pay from savings, decorate room by room, or do nothing for now"),
        ),
        rules={
            Layer.ELIGIBILITY: f"kind = 'person'\nage between 22 and 60\n{_SPARED}",
            Layer.APPLICABILITY: "no_new_home: has_signal(new_home)\nhas_it: not owns('BANK-DECORATION')",
            Layer.SUITABILITY: f"credit_review_open: not in_credit_review\n{_NO_MORE_LOSS}",
        },
        treatments={
            Way.CALL: ("您搬了新家，装修需要资金的话，我们有3.6%的装修贷款，挂牌是4.2%。", "You have a new home. If the work needs money, our decoration loan is at 3.6 %, list rate 4.2 %."),
            Way.APP: ("新家装修：贷款年利率3.6%（挂牌4.2%）", "Your new home: decoration loan at 3.6 % (list 4.2 %)"),
        },
    ),
    Planned(
        reference="home_contents", issue=Issue.GROWTH, product="POLICY-HOME", regulated=RegulatoryClass.INSURANCE, value="300", rest_days=20, after={Way.CALL: "1m"},
        words=(
            ("家财险", "Home contents insurance"),
            ("火灾、水淹、盗抢造成的家中损失可以赔", "Loss at home by fire, water and theft is made good"),
            ("新装修的家怕火、怕水、怕偷", "A newly fitted home fears fire, water and theft"),
            ("一年360元，保额50万元，免赔额200元", "¥360 a year for cover of ¥500,000, excess ¥200"),
            ("珠宝现金不在保障内，出险要有凭证", "Jewels and cash are not covered, and a claim needs receipts"),
            ("装好门锁烟感、自己承担，或不投保", "Fit locks and smoke alarms and bear it oneself, or do nothing"),
        ),
        rules={
            Layer.ELIGIBILITY: _GROWN,
            Layer.APPLICABILITY: "no_new_home: has_signal(new_home) or owns('BANK-DECORATION') or owns('BANK-MORTGAGE')\nhas_it: not owns('POLICY-HOME')",
            Layer.SUITABILITY: _NO_MORE_LOSS,
        },
        treatments={
            Way.INSERT: ("新家安心：家财险一年360元", "Calm in the new home: contents cover at ¥360 a year"),
            Way.CALL: ("上月账单里的家财险单页，不知您看了没有？一年360元，火灾盗抢都在内。", "Did you see the leaflet on contents cover in your statement? ¥360 a year, fire and theft included."),
        },
    ),
    Planned(
        reference="car_loan", issue=Issue.GROWTH, product="BANK-CARLOAN", regulated=RegulatoryClass.CREDIT, value="1800",
        list_rate="5.1%", campaign_rate="4.6%", rest_days=30,
        words=(
            ("购车贷款", "Car loan"),
            ("首付两成起，年利率4.6%，挂牌为5.1%", "From 20 % down, 4.6 % a year where the list rate is 5.1 %"),
            ("家离市区远，上班想开车", "Home is far from the centre, and a car would help"),
            ("贷15万元三年，利息合计约10,700元；车险另计", "¥150,000 over three years costs about ¥10,700 interest; insurance comes on top"),
            ("车会贬值，月供期间收入变化会有压力", "A car loses value, and instalments weigh when income falls"),
            ("坐地铁、租车、先存钱，或不买车", "Metro, hire, saving first, or no car"),
        ),
        rules={
            Layer.ELIGIBILITY: f"kind = 'person'\nage between 22 and 60\n{_SPARED}",
            Layer.APPLICABILITY: "no_car_need: has_signal(car_need)\nhas_it: not owns('BANK-CARLOAN')",
            Layer.SUITABILITY: f"credit_review_open: not in_credit_review\n{_NO_MORE_LOSS}",
        },
        treatments={
            Way.INSERT: ("购车贷款年利率4.6%（挂牌5.1%）", "Car loan at 4.6 % (list 5.1 %)"),
            Way.CALL: ("如果您在考虑买车，我可以给您算一算月供。", "If you think of a car, I can work out the instalments with you."),
        },
    ),
    Planned(
        reference="car_coupon", issue=Issue.PARTNER, product="GARAGE-SERVICE", purpose=Purpose.PARTNER, value="2000", stock="2000",
        partner=PARTNER,
        words=(
            ("车市质保券", "Car market warranty coupon"),
            ("在合作车市购车，质保延长到6万公里", "A car bought at the partner's market is under warranty up to 60,000 km"),
            ("想买车，又怕买后修不起", "A car is wanted, and repairs are feared"),
            ("券本身不收钱；购车价以车市为准", "The coupon costs nothing; the price of the car is the market's"),
            ("只在合作车市有效，过期作废", "It holds at the partner's market only, and it expires"),
            ("去别处买车、买二手车，或不买车", "Another dealer, a used car, or no car"),
        ),
        rules={Layer.ELIGIBILITY: _GROWN, Layer.APPLICABILITY: "no_car_need: has_signal(car_need)\ntoo_near: distance_km >= 20"},
        treatments={Way.INSERT: ("凭券到合作车市购车，质保延长到6万公里", "With this coupon: warranty up to 60,000 km at the partner's car market")},
    ),
)  # fmt: skip

_KEPT = (
    Planned(
        reference="keep_card", issue=Issue.RETENTION, product="CARD-GOLD", value_model=ValueModel.AT_STAKE, incentive="350",
        words=(
            ("免年费与机票八折", "No annual fee and 20 % off air tickets"),
            ("本年免年费，用卡购机票打八折", "No annual fee this year, and 20 % off air tickets bought with the card"),
            ("觉得卡不划算，常坐飞机", "The card no longer seems worth its fee, and he flies often"),
            ("不收钱；机票须用本卡支付", "Nothing; tickets must be paid with this card"),
            ("优惠到期后恢复年费300元", "After the year the fee is ¥300 again"),
            ("换一张免年费的普卡，或保持现状", "Change to a classic card, or leave it as it is"),
            ("同等级的金卡客户均可申请，也可在开卡周年日领取", "Every gold card customer of the tier gets it on request, or at the card's anniversary"),
        ),
        rules={
            Layer.ELIGIBILITY: f"tier in ('A', 'B')\n{_SPARED}",
            Layer.APPLICABILITY: "no_alarm: has_signal(spend_drop, alarm) or has_signal(spend_drop, confirmed)",
            Layer.SUITABILITY: "credit_review_open: not in_credit_review\ndeal_driven: not is_deal_driven",
        },
        treatments={
            Way.CALL: ("我们注意到您近来用卡少了，很想留住您：今年免年费，用卡买机票打八折。", "We noticed you use the card less and would like to keep you: no annual fee and 20 % off air tickets."),
            Way.LETTER: ("感谢您多年用卡。今年为您免去年费，用卡购机票八折。", "Thank you for your years with the card: no annual fee this year and 20 % off air tickets."),
        },
    ),
    Planned(
        reference="engine_care", issue=Issue.RETENTION, product="GARAGE-PLAN", value_model=ValueModel.AT_STAKE, incentive="120",
        after={Way.CALL: "3d"},
        words=(
            ("发动机养护卡七折", "Engine-care card, 30 % off"),
            ("养护年卡1,260元，原价1,800元，用进口机油", "The service plan at ¥1,260 instead of ¥1,800, with imported oil"),
            ("爱车，用好机油，近来没空来", "Cares for the car and uses good oil, but has not come lately"),
            ("一次付1,260元，一年内四次养护", "¥1,260 once, for four services within a year"),
            ("一年内用不完的次数不退", "Services not used within the year are not paid back"),
            ("按次养护，或去别处，或暂不养护", "Pay by visit, go elsewhere, or do nothing for now"),
            ("两年内来过六次以上的车主均可申请", "Every driver who came six times in two years gets it on request"),
        ),
        rules={
            Layer.ELIGIBILITY: _SPARED,
            Layer.APPLICABILITY: "no_alarm: has_signal(inactivity)\nother_taste: premium_share >= 0.6",
            Layer.SUITABILITY: "deal_driven: not is_deal_driven",
        },
        treatments={
            Way.LETTER: ("您的车半年没来了。养护年卡七折，仍用您常用的进口机油。", "Your car has not been here for half a year. The service plan is 30 % off, with the imported oil you prefer."),
            Way.CALL: ("前几天的信您收到了吗？进口机油给您留着。", "Did our letter reach you? The imported oil is kept for you."),
        },
    ),
    Planned(
        reference="welcome_back", issue=Issue.WIN_BACK, product="GARAGE-CHECK", value_model=ValueModel.SECOND_LIFETIME, incentive="150",
        words=(
            ("回来看看：专人服务", "Come back: your own adviser"),
            ("固定一位服务顾问，取送车上门", "One adviser of your own, and the car is fetched and brought"),
            ("离开时说等得太久", "Waiting was too long when he left"),
            ("年检代办300元，取送车不另收", "¥300 for the inspection; fetching is included"),
            ("取送车限市区30公里内", "Fetching within 30 km of the city only"),
            ("留在现在的地方，或自己去年检", "Stay where he is, or go to the inspection himself"),
        ),
        rules={
            Layer.ELIGIBILITY: "stage = 'lost' or state = 'lapsed'\nspared: not is_vulnerable",
            Layer.APPLICABILITY: "too_early: days_since(last_contact) >= 14",
            Layer.SUITABILITY: "deal_driven: not is_deal_driven",
        },
        treatments={Way.CALL: ("好久没见，当时让您久等了。现在有专人接待，还可以上门取车。", "It has been a while, and you had to wait then. Now you have an adviser of your own, and we fetch the car.")},
    ),
)  # fmt: skip

_WEALTH = (
    Planned(
        reference="suitability_test", issue=Issue.CARE, product="BANK-MONEY", purpose=Purpose.SERVICE,
        words=(
            ("风险测评", "Suitability test"),
            ("十分钟知道自己适合怎样的理财", "Ten minutes to know what kind of investment fits"),
            ("存款越来越多，不知放哪里好", "Savings grow, and where to put them is not clear"),
            ("不收钱，约十分钟", "Nothing but ten minutes"),
            ("测评结果一年有效，情况变了要重做", "It holds for a year; when life changes it is done anew"),
            ("继续存定期，或什么也不做", "Keep time deposits, or do nothing"),
        ),
        rules={
            Layer.ELIGIBILITY: "kind = 'person'\nage >= 18",
            Layer.APPLICABILITY: "no_savings: has_signal(savings_accumulating)\nhas_test: not has_risk_test",
        },
        treatments={Way.CALL: ("您的存款多了，方便时做个十分钟的风险测评，再谈怎么打理。", "Your savings have grown. When it suits you, a test of ten minutes comes first, then we talk.")},
    ),
    Planned(
        reference="steady_fund", issue=Issue.GROWTH, product="BANK-BOND", regulated=RegulatoryClass.INVESTMENT, value="800", rest_days=30,
        words=(
            ("债券基金", "Bond fund"),
            ("分散投资债券，随时可赎回", "Spread over bonds, and it can be sold on any day"),
            ("有闲钱，又不想承受大的波动", "Money is idle, and large swings are not wanted"),
            ("申购费0.4%，管理费每年0.6%", "0.4 % to buy, 0.6 % a year to run"),
            ("净值会跌，可能损失本金", "Its value can fall, and capital can be lost"),
            ("继续存定期，或什么也不做", "Keep time deposits, or do nothing"),
        ),
        rules={
            Layer.ELIGIBILITY: _GROWN,
            Layer.APPLICABILITY: "no_savings: has_signal(savings_accumulating)",
            Layer.SUITABILITY: f"no_test: has_risk_test\nrisk_too_high: risk_level >= 2\n{_NO_MORE_LOSS}",
        },
        treatments={Way.CALL: ("按您的测评结果，债券基金在您能承受的范围内，我把费用和风险讲一遍。", "By your test a bond fund lies within what you can bear. Let me go through its costs and risks.")},
    ),
    Planned(
        reference="index_fund", issue=Issue.GROWTH, product="BANK-INDEX", regulated=RegulatoryClass.INVESTMENT, value="1100", rest_days=30,
        words=(
            ("指数基金", "Index fund"),
            ("费用低，跟随大盘，可每月定投", "Low cost, follows the market, can be bought month by month"),
            ("想长期投资，能承受波动", "Long-term investing is wanted, and swings are bearable"),
            ("申购费0.1%，管理费每年0.5%", "0.1 % to buy, 0.5 % a year to run"),
            ("一年内跌三成并不少见，可能损失本金", "A fall of a third within a year is not rare, and capital can be lost"),
            ("债券基金、定期存款，或什么也不做", "A bond fund, time deposits, or nothing"),
        ),
        rules={
            Layer.ELIGIBILITY: _GROWN,
            Layer.APPLICABILITY: "no_savings: has_signal(savings_accumulating)",
            Layer.SUITABILITY: f"no_test: has_risk_test\nrisk_too_high: risk_level >= 4\n{_NO_MORE_LOSS}",
        },
        treatments={Way.CALL: ("您的测评等级可以考虑指数基金，波动大，我先讲风险。", "Your test allows an index fund. It swings a lot, so risks come first.")},
    ),
    Planned(
        reference="first_card", issue=Issue.GROWTH, product="CARD-CLASSIC", regulated=RegulatoryClass.CREDIT, value="260",
        words=(
            ("第一张信用卡", "A first card"),
            ("账单可自动还清，额度从低开始", "Paid off automatically, with a low limit to begin with"),
            ("刚有稳定收入，想有自己的卡", "A first regular income, and a card of one's own"),
            ("年费60元，用满六次不收；不还清按日计息", "¥60 a year, none after six uses; interest by the day on what is not paid off"),
            ("只还最低额会越欠越多", "Paying the minimum only makes debts grow"),
            ("继续用借记卡，或什么也不做", "Keep the debit card, or do nothing"),
        ),
        rules={
            Layer.ELIGIBILITY: f"kind = 'person'\nage >= 18\n{_SPARED}",
            Layer.APPLICABILITY: "no_income: has_signal(first_income)\nhas_it: not owns('CARD-CLASSIC')",
            Layer.SUITABILITY: "credit_review_open: not in_credit_review",
        },
        treatments={Way.APP: ("有了固定收入，可以申请第一张信用卡，额度从低开始。", "With a regular income you can apply for a first card, with a low limit to begin with.")},
    ),
)  # fmt: skip

_NEXT = (
    Planned(
        reference="full_motor", issue=Issue.GROWTH, product="POLICY-COMP", regulated=RegulatoryClass.INSURANCE, value="420", rest_days=20,
        words=(
            ("车损险", "Comprehensive motor cover"),
            ("自己的车受损也能赔", "Damage to one's own car is made good too"),
            ("只有交强险，怕自己的车撞坏", "Only the compulsory cover is there, and damage to the own car is feared"),
            ("一年约3,200元，按车价和出险次数浮动", "About ¥3,200 a year, by the car's price and past claims"),
            ("不按时年检或酒后驾驶不赔", "Nothing is paid without inspection or after drinking"),
            ("提高免赔额、自己承担，或不加保", "A higher excess, bearing it oneself, or nothing"),
        ),
        rules={
            Layer.ELIGIBILITY: _SPARED,
            Layer.APPLICABILITY: "no_motor: owns('POLICY-MOTOR')\nhas_it: not owns('POLICY-COMP')",
            Layer.SUITABILITY: _NO_MORE_LOSS,
        },
        treatments={
            Way.CALL: ("您现在只有交强险，要不要看看车损险要多少钱？", "You have the compulsory cover only. Shall we see what comprehensive cover would cost?"),
            Way.SMS: ("您的车目前只有交强险，回复1了解车损险。", "Your car has compulsory cover only. Reply 1 to hear of comprehensive cover."),
        },
    ),
    Planned(
        reference="recovery_call", issue=Issue.OBLIGATION, product="CARD-DEBIT", purpose=Purpose.SERVICE,
        words=(
            ("投诉回访", "Complaint follow-up"),
            ("听您讲完，当面给出办法", "We listen, and offer a way out"),
            ("投诉还没有解决", "A complaint is not solved yet"),
            ("不收钱", "Nothing"),
            ("有的问题需要几天核实", "Some matters take days to look into"),
            ("向监管投诉，或等待书面答复", "Go to the regulator, or wait for a written answer"),
        ),
        rules={Layer.APPLICABILITY: "no_complaint: has_open_complaint"},
        treatments={Way.CALL: ("关于您的投诉，我来向您说明进展。", "I am calling about your complaint, to tell you where it stands.")},
    ),
    Planned(
        reference="tea_box", issue=Issue.GROWTH, product="SHOP-TEA-W", value="45", stock="300", waits=True,
        words=(
            ("会员茶礼九折", "Tea gift box, 10 % off for members"),
            ("茶礼盒九折，可代写贺卡", "10 % off the tea box, with a card written for you"),
            ("常买礼物，节前没空挑", "Gifts are often bought, and before the feast time is short"),
            ("每盒约124元，邮费12元", "About ¥124 a box, ¥12 postage"),
            ("拆封不退", "Opened boxes are not taken back"),
            ("自己到店挑选，或不送", "Choose in the shop, or send none"),
        ),
        rules={Layer.ELIGIBILITY: _SPARED, Layer.APPLICABILITY: "seldom: purchases_365 >= 4 and spend_365 / purchases_365 >= 80"},
        treatments={Way.APP: ("会员茶礼盒九折，代写贺卡。", "10 % off the tea box for members, with a card written for you.")},
    ),
)  # fmt: skip
OFFERS = (*_HOME, *_KEPT, *_WEALTH, *_NEXT)
