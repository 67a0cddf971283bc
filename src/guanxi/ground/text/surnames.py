"""Readings that differ from a character's commonest one: surnames, given names, words of firms. Pinyin without tones.

Surnames after 现代汉语词典 and 通用规范汉字表 readings; the first reading sorts, all of them are searched (with the
commonest reading of the character, so that who does not know 仇 Qiú finds it under chou).
"""


def _table(lines: str) -> dict[str, tuple[str, ...]]:
    """Return character(s) to readings from lines like "单單 shan": several characters share the readings behind."""
    return {
        han: tuple(readings)
        for line in lines.splitlines()
        if line
        for head, *readings in [line.split()]
        for han in head
    }


SURNAMES = _table("""
单單 shan
曾 zeng
仇 qiu
解 xie
盖蓋 ge gai
区區 ou
查 zha
朴 piao pu
覃 qin tan
乐樂 yue le
洗 xian
缪繆 miao mu
尉 wei yu
翟 zhai di
秘 bi
种 chong
折 she
黑 he hei
郗 xi chi
员貟贠員 yun
召 shao
那 na nuo
牟 mu mou
佴 nai
阚 kan
隗 wei kui
繁 po fan
祭 zhai ji
谌諶 chen shen
角 jue jiao
柏 bai bo
能 nai
都 du
宓 mi fu
句 gou
薄 bo
适 kuo
炅 gui
莘 shen xin
乜 nie
便 pian
郇 xun huan
郄 qie xi
藏 zang
粘 nian
费費 fei bi
贲賁 ben bi
长長 chang zhang
重 chong zhong
扎 za
卜 bu
鈄 tou
颉頡 xie jie
""")

COMPOUND_SURNAMES = {
    surname: reading
    for surname, *reading in (
        line.split()
        for line in """
尉迟 yu chi
尉遲 yu chi
万俟 mo qi
萬俟 mo qi
长孙 zhang sun
長孫 zhang sun
单于 chan yu
單于 chan yu
澹台 tan tai
令狐 ling hu
鲜于 xian yu
鮮于 xian yu
皇甫 huang fu
呼延 hu yan
夏侯 xia hou
诸葛 zhu ge
諸葛 zhu ge
欧阳 ou yang
歐陽 ou yang
司马 si ma
司馬 si ma
上官 shang guan
闻人 wen ren
东方 dong fang
赫连 he lian
公孙 gong sun
公孫 gong sun
慕容 mu rong
宇文 yu wen
司徒 si tu
司空 si kong
轩辕 xuan yuan
端木 duan mu
钟离 zhong li
鍾離 zhong li
独孤 du gu
南宫 nan gong
南宮 nan gong
西门 xi men
西門 xi men
东郭 dong guo
百里 bai li
拓跋 tuo ba
淳于 chun yu
太史 tai shi
申屠 shen tu
濮阳 pu yang
公冶 gong ye
仲孙 zhong sun
子车 zi ju
宰父 zai fu
谷梁 gu liang
穀梁 gu liang
乐正 yue zheng
樂正 yue zheng
漆雕 qi diao
""".splitlines()
        if line
    )
}

# In given names both readings are heard; the commonest one comes from the dictionary.
GIVEN = _table("""
乐樂 le yue
行 xing hang
长長 chang zhang
朝 chao zhao
重 zhong chong
茜 qian xi
晟 sheng cheng
盛 sheng cheng
蔚 wei yu
柏 bai bo
娜 na nuo
强強 qiang jiang
觉覺 jue jiao
奇 qi ji
单單 dan shan
曾 zeng ceng
翟 zhai di
阿 a e
颉頡 jie xie
参參 can shen
调調 diao tiao
藏 cang zang
""")

# Words of firms in which a character is not read as alone; longest first is not needed, they do not overlap.
PHRASES = {
    "重庆": "chong qing",
    "重慶": "chong qing",
    "银行": "yin hang",
    "銀行": "yin hang",
    "商行": "shang hang",
    "车行": "che hang",
    "行业": "hang ye",
    "长安": "chang an",
    "长城": "chang cheng",
    "长江": "chang jiang",
    "长沙": "chang sha",
    "长春": "chang chun",
    "长虹": "chang hong",
    "长兴": "chang xing",
    "长青": "chang qing",
    "会计": "kuai ji",
    "音乐": "yin yue",
    "乐器": "yue qi",
    "乐清": "yue qing",
    "大厦": "da sha",
    "大夫": "dai fu",
    "六安": "lu an",
    "台州": "tai zhou",
    "番禺": "pan yu",
    "东莞": "dong guan",
    "厦门": "xia men",
    "朝阳": "chao yang",
    "都市": "du shi",
    "成都": "cheng du",
    "首都": "shou du",
    "车间": "che jian",
    "服务": "fu wu",
    "自行车": "zi xing che",
}
