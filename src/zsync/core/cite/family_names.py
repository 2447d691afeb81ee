"""Family names of East Asia in ASCII, for citation keys that pdfLaTeX can cite by.

How a Chinese character is read depends on the language and on the word, and takes a dictionary (pypinyin's is
3 MB); but few family names are most people's. Sources: the Hundred Family Surnames, and the most frequent
names of China, Japan and Korea as passports write them. Syllables in Korean and Japanese letters are read by
their names in Unicode.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from zsync.core.model import Creator, Item
from zsync.core.patterns import regex

#: Names of one character: how they are read, and the characters of which each is written so.
_OF_ONE: Final = (
    "wang王汪 li李黎厉 zhang张張章 liu刘劉柳 chen陈陳谌 yang杨楊阳 huang黄黃 zhao赵趙 wu吴吳武伍邬"
    " zhou周 xu徐许許 sun孙孫 ma马馬 zhu朱祝诸 hu胡扈 guo郭 he何贺賀和 lin林蔺 gao高郜 luo罗羅骆駱"
    " zheng郑鄭 liang梁 xie谢謝解 song宋 tang唐汤湯 han韩韓 feng冯馮封丰 deng邓鄧 cao曹 peng彭 zeng曾"
    " xiao肖蕭萧 tian田 dong董 pan潘 yuan袁苑 cai蔡 jiang蒋蔣姜江 yu于余喻俞 du杜 ye叶葉 cheng程成"
    " wei魏韦韋卫衛 su苏蘇 lyu吕呂 ding丁 ren任 lu卢盧陆陸鲁魯路 yao姚 shen沈申 zhong钟鍾 cui崔"
    " tan谭譚谈 fan范樊 jin金靳 shi石史施时 liao廖 jia贾賈 xia夏 fu付傅符 fang方房 zou邹鄒 xiong熊"
    " bai白柏 meng孟蒙 qin秦覃 qiu邱丘裘 hou侯 yin尹殷 xue薛 yan闫严嚴颜顏閻阎晏 lei雷 long龙龍"
    " duan段 hao郝 kong孔 shao邵 mao毛茅 chang常 wan万萬 gu顾顧古谷 lai赖賴 kang康 qian钱錢 niu牛"
    " hong洪 gong龚龔宫巩 ji季纪紀冀姬吉 pei裴 tao陶 zhai翟 ni倪 zuo左 an安 ai艾 bao鲍包 ge葛 xing邢"
    " ou欧歐 pang庞龐 zhuang庄莊 lan兰藍蓝 nie聂聶 qi齐齊祁戚 mei梅 sheng盛 diao刁 ling凌 hua华華"
    " qu曲瞿屈 ke柯 guan关關管 mu穆牟 cen岑 xiang向项 tong童佟 ning宁甯 you尤游 miao苗缪 chu褚储楚"
    " mo莫 zhan詹 xi席奚 di狄 dai戴代 ying应應 zong宗 ruan阮 min闵 lou娄楼樓 bian卞边 jing荆景经"
    " lian连連 pu蒲濮 cong丛 kim김 lee이 park박 choi최 jung정 kang강 cho조 yoon윤 jang장 lim임 han한"
    " oh오 seo서 shin신 kwon권 hwang황 ahn안 song송 ryu류 jeon전 hong홍 ko고 moon문 yang양 son손"
    " bae배 baek백 heo허 yoo유 nam남 sim심 noh노 ha하 kwak곽 sung성 cha차 joo주 woo우 koo구 min민"
    " jin진 na나 um엄 won원 chae채 cheon천 bang방 kong공 hyun현 ham함 byun변 yeom염 yeo여 choo추 do도"
    " so소 suh서 seok석 sun선 seol설 ma마 gil길 yeon연 wi위 pyo표 myung명 ki기 ban반 wang왕 geum금"
    " ok옥 yuk육 in인 maeng맹"
)
#: Names of several characters: how they are read, and the ways in which they are written.
_OF_SEVERAL: Final = (
    "sima司马/司馬 ouyang欧阳/歐陽 zhuge诸葛/諸葛 shangguan上官 situ司徒 huangfu皇甫 xiahou夏侯"
    " linghu令狐 murong慕容 dongfang东方/東方 ximen西门 namgung남궁 sato佐藤 suzuki鈴木"
    " takahashi高橋/髙橋 tanaka田中 watanabe渡辺/渡邊/渡部 ito伊藤 nakamura中村 kobayashi小林"
    " yamamoto山本 kato加藤 yoshida吉田 yamada山田 sasaki佐々木 yamaguchi山口 matsumoto松本 inoue井上"
    " kimura木村 saito斎藤/齋藤/斉藤 shimizu清水 yamazaki山崎 abe阿部/安部 mori森 ikeda池田"
    " hashimoto橋本 yamashita山下 ishikawa石川 nakajima中島 maeda前田 fujita藤田 ogawa小川 goto後藤"
    " okada岡田 hasegawa長谷川 murakami村上 kondo近藤 ishii石井 sakamoto坂本 endo遠藤 aoki青木"
    " fujii藤井 nishimura西村 fukuda福田 ota太田 miura三浦 fujiwara藤原 okamoto岡本 matsuda松田"
    " nakagawa中川 nakano中野 harada原田 ono小野 tamura田村 takeuchi竹内 kaneko金子 wada和田"
    " nakayama中山 ishida石田 ueda上田/植田 morita森田 kojima小島 shibata柴田 hara原 sakai酒井"
    " kudo工藤 yokoyama横山 miyazaki宮崎 miyamoto宮本 uchida内田 takagi高木 ando安藤 taniguchi谷口"
    " ohno大野 maruyama丸山 imai今井 kono河野 fujimoto藤本 murata村田 takeda武田 ueno上野"
    " sugiyama杉山 masuda増田"
)
_PAIR: Final = regex(r"([a-z]+)(\S+)")
# Chinese characters, and Korean and Japanese letters.
_EAST_ASIAN: Final = regex("[々\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
_SYLLABLE: Final = regex("(?:HANGUL SYLLABLE|(?:HIRAGANA|KATAKANA) LETTER(?: SMALL)?) ([A-Z]+)")
_LONGEST: Final = 3
_LONGEST_PERSON: Final = 5


def _table() -> Mapping[str, str]:
    one = ((way, roman) for roman, ways in _PAIR.findall(_OF_ONE) for way in ways)
    several = (
        (way, roman) for roman, ways in _PAIR.findall(_OF_SEVERAL) for way in ways.split("/")
    )
    return {way: roman.capitalize() for ways in (several, one) for way, roman in ways}


_READ: Final = _table()


def with_families_in_ascii(item: Item) -> Item:
    """Return an item whose creators have their family names in ASCII, the East Asian ones that are known."""
    creators = tuple(map(_in_ascii, item.creators))
    return item if creators == item.creators else replace(item, creators=creators)


def _in_ascii(creator: Creator) -> Creator:
    whole = creator.name or creator.last_name
    if whole.isascii() or not _EAST_ASIAN.fullmatch(whole):
        return creator
    # Of a person's name in one field, the family is what it begins with; a longer one is an institution's.
    is_whole = not creator.first_name and len(whole) <= _LONGEST_PERSON
    lengths = range(_LONGEST, 0, -1) if is_whole else (len(whole),)
    found = next((_READ[whole[:size]] for size in lengths if whole[:size] in _READ), None)
    return replace(creator, name="", last_name=found) if found else creator


def spelt(text: str) -> str:
    """Give a text with the syllables of Korean and Japanese letters in ASCII, and nothing else outside it."""
    return text if text.isascii() else "".join(map(_spelt, text))


def _spelt(char: str) -> str:
    if char.isascii():
        return char
    found = _SYLLABLE.fullmatch(unicodedata.name(char, ""))
    return found[1].lower() if found else ""
