"""Synthetic people, column by column: names, phones, resident IDs, cities. Nobody real: the numbers pass checks, no more."""

import numpy as np
import pyarrow as pa

# The commonest surnames with their share in ten thousand (rounded from the national census' published ranking).
SURNAMES = (
    "王 728 李 719 张 683 刘 538 陈 453 杨 308 黄 248 赵 222 吴 204 周 202 徐 160 孙 153 马 129 朱 126 胡 119 郭 115 "
    "何 114 林 113 高 109 罗 96 郑 94 梁 93 谢 78 宋 77 唐 75 许 73 韩 71 邓 70 冯 69 曹 67 彭 66 曾 65 肖 64 田 63 董 62 "
    "潘 60 袁 59 蔡 58 蒋 57 余 56 于 55 杜 54 叶 53 程 52 魏 51 苏 50 吕 49 丁 48 任 47 卢 46 姚 45 沈 44 钟 43 姜 42 "
    "崔 41 谭 40 陆 39 范 38 汪 37 廖 36 石 35 金 34 韦 33 贾 32 夏 31 付 30 方 29 邹 28 熊 27 白 26 孟 25 秦 24 邱 23 侯 22 "
    "江 21 尹 20 薛 19 阎 18 雷 17 段 16 龙 15 黎 14 史 13 陶 12 贺 11 毛 10 郝 10 顾 10 龚 10 邵 10 万 10 覃 9 武 9 钱 9 "
    "戴 9 严 9 莫 8 孔 8 向 8 常 8 欧阳 6 上官 2 司马 2 单 2 仇 1 解 2 区 2"
).split()
_FIRST = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂文辉玲华红建国志海晓雪梅春兰云龙飞鹏宇浩然子欣怡佳思雨诗涵梓俊博睿轩泽嘉逸晨"
_SECOND = "英华文玉兰平明志国强军伟芳敏静丽杰涛磊宁波辉斌鑫婷慧颖琳洁萍燕红霞梅云龙飞鹏宇浩然欣怡佳雨涵俊博睿轩泽嘉晨瑶雯彤妍琪菲航凯"
_CITIES = ("广州", "深圳", "上海", "北京", "杭州", "成都", "武汉", "西安", "南京", "佛山", "东莞", "珠海")
_PREFIXES = np.array(
    [130, 131, 132, 133, 135, 136, 137, 138, 139, 150, 151, 152, 158, 159, 176, 177, 180, 185, 186, 188, 189]
)
_REGIONS = np.array([440103, 440104, 440106, 440304, 310104, 110105, 330106, 510104, 420106, 610113])
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_DAYS, _SERIALS = 24_000, 500
_CHECK = np.array(list("10X98765432"))


def names(random: np.random.Generator, gender: np.ndarray) -> np.ndarray:
    """Names of `len(gender)` people (object array of str): surname by its share, one or two given characters."""
    count = len(gender)
    surnames = np.array(SURNAMES[::2], dtype=object)
    shares = np.array(SURNAMES[1::2], dtype=float)
    picked = surnames[random.choice(len(surnames), size=count, p=shares / shares.sum())]
    first = np.array(list(_FIRST), dtype=object)[random.integers(0, len(_FIRST), count)]
    second = np.array(list(_SECOND), dtype=object)[random.integers(0, len(_SECOND), count)]
    second[random.random(count) < 0.22] = ""
    return picked + first + second


def phones(first: int, count: int) -> np.ndarray:
    """Distinct mainland mobile numbers (int64, 11 digits) of the people `first` … `first + count − 1`, well scattered."""
    number = np.arange(first, first + count, dtype=np.int64)
    spread = (number * 7_368_787 + 34_567_891) % 100_000_000  # 7368787 is coprime to 10^8: no number twice
    block = _PREFIXES[(number // 100_000_000 + number) % len(_PREFIXES)]
    return block.astype(np.int64) * 100_000_000 + spread


def lives(first: int, count: int, today: np.datetime64, gender: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Birthdays (datetime64[D], adults of 18 to 84 years) and resident IDs that fit them and pass the check.

    gender: 1 male, 2 female. Person `n` gets the n-th place of a walk through (day, region, serial) that visits each
    place once, so no two people share an ID.
    """
    space = _DAYS * len(_REGIONS) * _SERIALS
    place = (np.arange(first, first + count, dtype=np.int64) * 48_271_163 + 17) % space  # a prime, so coprime to space
    born = today - 18 * 366 - (place % _DAYS).astype("timedelta64[D]")
    region = _REGIONS[(place // _DAYS) % len(_REGIONS)]
    serial = (place // (_DAYS * len(_REGIONS))) * 2 + (gender == 1)
    days = np.char.replace(born.astype("datetime64[D]").astype(str), "-", "")
    body = np.char.add(np.char.add(region.astype(str), days), np.char.zfill(serial.astype(str), 3))
    digits = np.frombuffer("".join(body).encode(), dtype=np.uint8).reshape(-1, 17) - ord("0")
    return born, np.char.add(body, _CHECK[(digits * _WEIGHTS).sum(axis=1) % 11]).astype(object)


def people_table(random: np.random.Generator, first: int, count: int, today: np.datetime64) -> pa.Table:
    """`count` customers numbered from `first` in the columns of `guanxi import customers`."""
    gender = random.integers(1, 3, count)
    born, resident_ids = lives(first, count, today, gender)
    number = np.arange(first, first + count)
    return pa.table(
        {
            "reference": pa.array([f"S{n:08d}" for n in number.tolist()]),
            "name": pa.array(names(random, gender), pa.string()),
            "phone": pa.array(phones(first, count).astype(str), pa.string()),
            "id_number": pa.array(resident_ids, pa.string()),
            "birthday": pa.array(born.astype("datetime64[D]"), pa.date32()),
            "gender": pa.array(np.where(gender == 1, "male", "female"), pa.string()),
            "city": pa.array(np.array(_CITIES, dtype=object)[random.integers(0, len(_CITIES), count)], pa.string()),
        }
    )
