"""The syllables of pinyin, and how a row of letters may be cut into them (zhangwei, wangf, wan…)."""

from functools import lru_cache

MAX_LETTERS = 30
MAX_CUTS = 3

SYLLABLES = frozenset(
    """
a ai an ang ao ba bai ban bang bao bei ben beng bi bian biang biao bie bin bing bo bu ca cai can cang cao ce cen ceng
cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci cong cou cu cuan
cui cun cuo da dai dan dang dao de dei den deng di dia dian diao die ding diu dong dou du duan dui dun duo e ei en eng
er fa fan fang fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo
ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing
jiong jiu ju juan jue jun ka kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang
lao le lei leng li lia lian liang liao lie lin ling liu lo long lou lu luan lue lun luo lv lve ma mai man mang mao me
mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen neng ni nian niang niao nie nin
ning niu nong nou nu nuan nue nuo nv nve o ou pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu qi
qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri rong rou ru ruan rui run ruo sa
sai san sang sao se sen seng sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan shuang shui
shun shuo si song sou su suan sui sun suo ta tai tan tang tao te teng ti tian tiao tie ting tong tou tu tuan tui tun
tuo wa wai wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye
yi yin ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhen zheng zhi
zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
""".split()
)

# The beginning of a syllable to the syllables that begin so: "wan" to ("wan", "wang").
PREFIXES: dict[str, tuple[str, ...]] = {
    head: tuple(sorted(syllable for syllable in SYLLABLES if syllable.startswith(head)))
    for head in {syllable[:length] for syllable in SYLLABLES for length in range(1, len(syllable) + 1)}
}


def split_syllables(letters: str) -> list[tuple[tuple[str, ...], str]]:
    """Return the ways to cut letters into whole syllables and the beginning of one more ("" when none), fewest cuts first.

    zhangwei: (zhang, wei) + ""; wangf: (wang,) + "f"; at most 3 ways, [] when letters are no pinyin or over 30.
    """
    if not 0 < len(letters) <= MAX_LETTERS:
        return []
    return list(_cuts(letters))[:MAX_CUTS]


@lru_cache(maxsize=4_096)
def _cuts(letters: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return the best cuts of letters; kept few at every step, so that long texts of short syllables stay cheap."""
    found: list[tuple[tuple[str, ...], str]] = []
    if letters in SYLLABLES:
        found.append(((letters,), ""))
    elif letters in PREFIXES:
        found.append(((), letters))
    for length in range(min(6, len(letters) - 1), 0, -1):
        if letters[:length] in SYLLABLES:
            found += [((letters[:length], *done), rest) for done, rest in _cuts(letters[length:])]
    return tuple(sorted(found, key=lambda cut: (len(cut[0]) + bool(cut[1]), bool(cut[1])))[: MAX_CUTS + 1])
