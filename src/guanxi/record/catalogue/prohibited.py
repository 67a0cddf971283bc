"""What never becomes data for advice, nor a thing to offer (decisioning.md 3.5, PTN-03, PTN-04): subjects by their words,
merchant classes by their card codes. Pure; a firm's own list is an argument.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping

# Merchant category codes of card schemes (ISO 18245) whose purchases say what nobody may conclude.
BLOCKED_CODES: Mapping[str, str] = {
    "5813": "nightlife",
    "7273": "dating",
    "7297": "massage",
    "7995": "gambling",
    "8062": "health",
    "8651": "politics",
    "8661": "religion",
}
# Subject → words by which it is known: whole English words (or beginnings, with *), and pieces of Chinese ones.
BLOCKED_SUBJECTS: Mapping[str, str] = {
    "marriage": "marital* marri* divorce* spouse* separation* 离婚 婚变 分居 结婚 已婚 未婚 婚姻",
    "pregnancy": "pregnan* maternity* obstetric* 怀孕 孕 产检",
    "health": "health* illness* disease* sick* patient* hospital* clinic* medical* disab* diagnos* cancer* tumor* tumour*"
    " 癌 肿瘤 病史 疾病 医院 患者 诊断 健康",
    "addiction": "addict* alcohol* drug drugs 成瘾 酗酒 吸毒",
    "religion": "religio* church* mosque* temple* faith buddhis* christian* islam* muslim* 佛教 基督 伊斯兰 道教 宗教 教堂 寺庙 清真寺",
    "beliefs": "belief* conviction* worldview* 信仰",
    "politics": "politic* party donation* 政治 党派 党员",
    "union": "union unions 工会",
    "sex": "sexual* sexuality* orientation escort* 性取向 性生活 色情 情色",
    "dating": "dating matchmaking 交友 婚介",
    "massage": "massage* 按摩",
    "nightlife": "nightlife* night_life* nightclub* night_club* sauna* ktv* bar bars pub pubs 夜生活 夜总会 夜店 酒吧 夜场 桑拿 歌舞厅",
    "gambling": "gambl* casino* betting bookmaker* racecourse* lottery 赌 博彩 马场 彩票",
    "location": "gps geolocation* latitude longitude cell_site* cellsite* device_location* roaming* wifi* 基站 定位 漫游",
    "calls": "night_call* call_time* call_count* counterpart* call_partner* caller* callee* 通话时间 通话对象 夜间通话",
    "minors": "minor minors child children kid kids baby babies infant* toddler* guardian* underage* 未成年 儿童 婴 宝宝 监护",
}
# What no product family may be, though a firm sells medicine or toys in good faith.
UNOFFERED = ("nightlife", "gambling", "sex")
# What nobody may ask of customers by what they bought or hold, though it is sold in good faith.
UNASKED = (*UNOFFERED, "pregnancy", "religion")
# Traditional characters of the words above, each before its simplified one: names come in either script.
_SCRIPTS = (
    "離离 變变 懷怀 產产 檢检 腫肿 醫医 斷断 診诊 癮瘾 廟庙 監监 護护 嬰婴 賭赌 馬马"
    " 場场 總总 會会 廳厅 話话 時时 間间 對对 遊游 黨党 員员 結结 蘭兰 寶宝 兒儿 敎教"
)
_PLAINER = str.maketrans({pair[0]: pair[1] for pair in _SCRIPTS.split()})
_PARTS = re.compile(r"[^0-9a-z]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def blocked_subject(
    text: str, *, subjects: Collection[str] = tuple(BLOCKED_SUBJECTS), also: Collection[str] = ()
) -> str:
    """The blocked subject that a name belongs to; "" for none. `also`: a firm's own words, found as they stand."""
    text = unicodedata.normalize("NFKC", text).translate(_PLAINER)
    lowered = "_".join(part for part in _PARTS.split(_CAMEL.sub("_", text).lower()) if part)
    if any(word and word.lower() in text.lower() for word in also):
        return "own"
    for code in lowered.split("_"):
        if BLOCKED_CODES.get(code) in subjects:
            return BLOCKED_CODES[code]
    for subject in subjects:
        if any(_stands(word, lowered, text) for word in BLOCKED_SUBJECTS[subject].split()):
            return subject
    return ""


def likely_words(subjects: Collection[str]) -> str:
    """An expression of RE2 that finds, among others, every text of some subjects: few texts are then looked at closely."""
    words = {word.rstrip("*").replace("_", ".?") for subject in subjects for word in BLOCKED_SUBJECTS[subject].split()}
    codes = {code for code, subject in BLOCKED_CODES.items() if subject in subjects}
    return "|".join(sorted(words | codes)) + r"|[^\x00-\x7f]"


def _stands(word: str, lowered: str, text: str) -> bool:
    if not word.isascii():
        return word in text
    whole, rest = (word[:-1], "") if word.endswith("*") else (word, "_")
    return f"_{whole}{rest}" in f"_{lowered}_"
