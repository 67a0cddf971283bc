"""What may stand on a preference card: eight fields, and no word on health, beliefs or family conflict (PRF-01), nor the
birth and age of a child, for which the consent of a guardian would be needed (LEV-12).

The fields leave no place for them; the word check refuses what is written into another field. It is a list of plain
words, so it stops the careless, and says what to do; a person who reads the cards does the rest.
"""

# ruff: noqa: ISC004 - two lists of words, one of them broken in two

import re

from guanxi.ground.refusals import Refused, Word, gettext_noop
from guanxi.ground.text.normalise import checked, compatible

MAX_TEXT = 200

_REFUSED = {
    gettext_noop("health"): (
        "癌|肿瘤|糖尿|高血压|心脏病|抑郁|精神病|艾滋|肝炎|乙肝|怀孕|流产|残疾|化疗|手术|住院|病史|患有|确诊|吃药|用药",
        "cancer|tumou?rs?|diabet\\w*|hypertensi\\w*|heart disease|depress\\w*|hiv|aids|hepatitis|pregnan\\w*|miscarr\\w*|disab\\w*"
        "|chemotherapy|surgery|illness|disease|diagnos\\w*|medication|psychiatr\\w*",
    ),
    gettext_noop("beliefs"): (
        "信佛|佛教|基督|天主教|伊斯兰|穆斯林|回教|道教|信教|宗教|教徒|党员|政治面貌|法轮",
        "religio\\w*|christian\\w*|catholic\\w*|muslim\\w*|islam\\w*|buddhis\\w*|jewish|hindu\\w*|atheis\\w*|church|mosque"
        "|political\\w*|party member",
    ),
    gettext_noop("family conflict"): (
        "离婚|婚外|外遇|出轨|家暴|分居|婆媳|夫妻不和|家庭矛盾|吵架|争遗产|抚养权|小三|私生",
        "divorc\\w*|affair|adulter\\w*|domestic violence|separated from|custody|family conflict|quarrel\\w*|estranged",
    ),
    gettext_noop("a child’s birth or age"): (
        "(?:孩子|小孩|宝宝|婴儿|儿子|女儿|孙子|孙女|外孙).{0,8}?(?:出生|生于|生日|几?\\d*个?月大|[\\d一二两三四五六七八九十]+周?岁|满月|周岁|疫苗|奶粉)"
        "|(?:疫苗|奶粉).{0,6}(?:孩子|小孩|宝宝|婴儿)",
        "(?:child(?:ren)?|kids?|son|daughter|baby|toddler|grandson|granddaughter)\\W+(?:\\w+\\W+){0,4}?"
        "(?:born|birthday|birth|vaccin\\w*|months? old|years? old|aged?|turn(?:s|ed|ing)?)",
    ),
}
_PATTERNS = {
    subject: re.compile(f"{chinese}|\\b(?:{english})\\b", re.IGNORECASE)
    for subject, (chinese, english) in _REFUSED.items()
}

_NOT_KEPT = gettext_noop("“{word}” speaks of {subject}, which is not kept about customers. Leave it out.")
_LENGTH = gettext_noop("A preference has 1 to {most} characters.")


def checked_preference(text: str) -> str:
    """Return a line of the card without spaces around it. Raises Refused: customers.preference_length,
    customers.not_kept (health, beliefs, family conflict).
    """
    text = checked(text).strip()
    if not 1 <= len(text) <= MAX_TEXT:
        raise Refused("customers.preference_length", _LENGTH, most=MAX_TEXT)
    plain = compatible(text)
    for subject, pattern in _PATTERNS.items():
        found = pattern.search(plain)
        if found:
            raise Refused("customers.not_kept", _NOT_KEPT, word=found[0], subject=Word(subject))
    return text
