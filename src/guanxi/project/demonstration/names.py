"""Names that read naturally: surnames by their real frequency, given names by sex and decade of birth; foreigners' too.

Invented people: the lists are the common names of their time, drawn apart from the surnames.
"""

from collections.abc import Collection

import numpy as np

from guanxi.project.simulation.people import SURNAMES

MALE, FEMALE = 1, 2
_FIRST_DECADE = 1940
# Common given names of each decade of birth, 1940 to 2000, men and women.
_MEN = (
    "国强 德明 建国 文彬 志远 永福 金生 玉山 福生 德才 春生 明德 树林 长贵 国栋 世昌 宝山 正华 广林 炳坤 伯年 家驹 锦荣 耀祖",
    "建国 国庆 援朝 志明 建华 永强 国平 保国 新民 跃进 建军 卫国 国梁 德海 振华 万里 春林 世平 树森 长江 金海 家声 润生",
    "建军 卫东 志强 国华 红军 建平 永红 爱军 文斌 新华 海林 立新 建设 向东 学军 忠诚 力行 少华 伟强 汉文 德志 锡明 健生 国雄",
    "伟 勇 军 志刚 建辉 海涛 晓东 立新 永明 国斌 文军 俊峰 少波 振宇 卫民 学文 力 斌 宏伟 伟东 志伟 海峰 劲松 锦辉 泽民 启明",
    "磊 鹏 伟 超 志勇 俊杰 晓明 海峰 晨 峰 健 凯 嘉伟 文涛 志鹏 旭东 立 宇 振东 家明 伟杰 建波 晓峰 昊 国栋 子健 亮 永杰",
    "俊杰 浩 宇航 子豪 家豪 志豪 天宇 文杰 嘉俊 鑫 翔 子轩 浩然 博文 宇 伟豪 明轩 梓豪 晓宇 晨阳 泽宇 冠华 凯文 逸飞 景行 骏",
    "浩然 宇轩 子轩 梓豪 俊熙 思远 浩宇 子涵 博涛 嘉睿 天佑 泽楷 铭轩 昊天 梓轩 奕辰 宸宇 皓轩 一鸣 睿哲 承泽 子墨",
)
_WOMEN = (
    "桂英 秀兰 玉兰 淑珍 桂兰 凤英 秀英 玉珍 素珍 惠芳 月娥 金凤 瑞珍 彩云 淑贞 凤仙 少珍 丽华 佩兰 婉仪",
    "秀英 桂兰 玉梅 秀珍 丽华 淑芬 玉英 翠兰 惠珍 爱华 月英 金兰 素芬 美玲 春梅 雪梅 建英 国英 桂芳 淑华 宝珠 锦霞",
    "丽华 红 秀梅 美华 淑敏 玉华 卫红 爱萍 小红 丽萍 惠玲 雪芳 建芳 翠萍 艳芳 月红 丽君 慧明 瑞芳 碧华 少芬 敏仪 燕玲",
    "静 丽 敏 芳 艳 红梅 晓燕 丽娟 海燕 春霞 玉玲 冬梅 志红 小玲 慧芳 雪梅 丽娜 文静 秋萍 少芳 莉 琳 雁 惠仪 嘉敏 咏梅",
    "婷婷 静 丹丹 娜 晓丽 倩 雪 燕 慧 莹 媛 佳 琳 文婷 晓雯 丽莎 颖 思敏 嘉怡 海霞 蕾 芳芳 亚楠 晶 诗韵 洁 雅婷 宝怡",
    "欣怡 雨婷 思琪 佳琪 诗雅 梦婷 晓彤 嘉欣 雅雯 静怡 紫薇 可欣 雪莹 婉婷 子晴 若兰 心怡 慧敏 悦 佳慧 思雨 晓晴 钰婷 颖欣",
    "梓涵 诗涵 雨桐 欣妍 思彤 雨萱 可馨 子萱 佳怡 梦琪 语嫣 芷若 一诺 艺涵 晨曦 雅琪 若曦 婧怡 沐瑶 锦汐",
)
# Two characters that go together in any order of draw, for names beyond the lists (1950 to 1987).
_MEN_FIRST, _MEN_SECOND = "志建海文晓俊国永家振少伟明立嘉启泽", "强峰军辉华斌波平东林伟明龙健鸿宁涛"
_WOMEN_FIRST, _WOMEN_SECOND = "晓丽雅慧美秀海玉嘉思静淑惠文佩婉", "芳玲燕萍娟红霞梅琴英华珍仪芬莲瑜"
_COMPOSED = 0.25
_FOREIGN = (
    ("James Walker", MALE), ("Emily Clarke", FEMALE), ("Daniel Hughes", MALE), ("Sophie Martin", FEMALE),
    ("Michael Turner", MALE), ("Laura Bennett", FEMALE), ("Thomas Weber", MALE), ("Anna Kowalska", FEMALE),
    ("David Nguyen", MALE), ("Maria Fernandes", FEMALE), ("Robert Ellis", MALE), ("Julia Schneider", FEMALE),
    ("Patrick O'Neill", MALE), ("Grace Mitchell", FEMALE), ("Samuel Okafor", MALE), ("Claire Dubois", FEMALE),
    ("Andrew Campbell", MALE), ("Hannah Lindqvist", FEMALE), ("Marco Rossi", MALE), ("Priya Raman", FEMALE),
    ("Peter Novak", MALE), ("Chloe Anderson", FEMALE), ("George Papadakis", MALE), ("Rachel Cohen", FEMALE),
    ("Simon Fraser", MALE), ("Isabel Moreno", FEMALE), ("Victor Hansen", MALE), ("Megan Foster", FEMALE),
    ("Oliver Grant", MALE), ("Natalie Brooks", FEMALE), ("Henry Lawson", MALE), ("Alice Morgan", FEMALE),
    ("Kenji Watanabe", MALE), ("Eva Lindholm", FEMALE), ("Lucas Silva", MALE), ("Nadia Haddad", FEMALE),
)  # fmt: skip
FOREIGNERS = len(_FOREIGN)


def chinese_names(
    random: np.random.Generator, gender: np.ndarray, birth_year: np.ndarray, others: Collection[str] = ()
) -> np.ndarray:
    """Names of as many people (object array of str) as the parallel arrays gender (1 male, 2 female) and year of birth;
    nobody is called like one of the `others`.
    """
    share = np.array(SURNAMES[1::2], dtype=float)
    surname = np.array(SURNAMES[::2], dtype=object)[random.choice(len(share), len(gender), p=share / share.sum())]
    decade = np.clip((birth_year - _FIRST_DECADE) // 10, 0, len(_MEN) - 1)
    composed = (random.random(len(gender)) < _COMPOSED) & (birth_year >= 1950) & (birth_year < 1988)
    given = np.empty(len(gender), dtype=object)
    for sex, lists, first, second in (
        (MALE, _MEN, _MEN_FIRST, _MEN_SECOND),
        (FEMALE, _WOMEN, _WOMEN_FIRST, _WOMEN_SECOND),
    ):
        for number, words in enumerate(lists):
            here = (gender == sex) & (decade == number) & ~composed
            given[here] = _draw(random, words.split(), int(here.sum()))
        here = (gender == sex) & composed
        given[here] = _draw(random, list(first), int(here.sum())) + _draw(random, list(second), int(here.sum()))
    called = surname + given
    again = np.array([name in others for name in called], dtype=bool)
    if again.any():
        called[again] = chinese_names(random.spawn(1)[0], gender[again], birth_year[again], others)
    return called


def foreign_name(number: int) -> tuple[str, int]:
    """A foreigner's name and gender; from the number FOREIGNERS on they repeat."""
    return _FOREIGN[number % FOREIGNERS]


def _draw(random: np.random.Generator, words: list[str], count: int) -> np.ndarray:
    """The first of a list are the commonest: a share that falls slowly."""
    share = 1 / (np.arange(len(words)) + 8)
    return np.array(words, dtype=object)[random.choice(len(words), count, p=share / share.sum())]


def given_for(number: int) -> tuple[str, str]:
    """One plain name and gender word for each small number, for people of the told stories who need no more."""
    is_woman = number % 5 < 2
    lists = (_WOMEN if is_woman else _MEN)[3 + number % 4].split()
    surname = SURNAMES[::2][number * 3 % 60]
    return f"{surname}{lists[number * 7 % len(lists)]}", "female" if is_woman else "male"
