"""Names of venues: short names, names that are words as well, what a full name has in it."""

import re
from functools import lru_cache
from typing import Final

from zsync.core.patterns import regex

KNOWN: Final = frozenset(
    """
    3dv aaai aacl aamas accv acl aclfindings acmmm acmtog acsac aies aistats aists alt arxiv ase
    asiaccs aspdac asplos asru atc atva automatica bibm bigdata biorxiv bmvc cacm cav ccs cell
    cgo chi chil cidr cikm clear cluster cogsci coling collas colm colt comst conll corl corr
    crypto cscw csur cvpr cvprw dac dasfaa date dsn eacl ease ecai eccv eccvw ecir ecml ecmlpkdd
    ecoop edbt emnlp emnlpfindings emsoft esorics eswa eurocrypt eurographics eurosp eurosys
    facct fast fccm fpga fpl fse gecco globecom hotchips hotnets hotos hotstorage hpca hpdc hri
    humanoids icaps icassp icc iccad iccv iccvw icdcs icde icdm icdt icfp icip iclr iclrw icme
    icml icmlw icmr icpp icpr icra ics icse icsme icst icws ijcai ijcnlp ijcnn ijcv ijrr imc
    imwut infocom inlg interspeech ipdps ipsn iros isbi isca iscas isit ismar ispass ispd issre
    issta iswc itsc iui iv jair jmlr jsac kbs kdd l4dc lctes lrec medrxiv miccai micccai micro
    middleware midl mlcad mlsys mm mmm mmsys mobicom mobihoc mobisys msr naacl naaclfindings
    nature ncomms ndss neurips neuripsw nips nsdi oopsla openreview osdi pacmpl pact pakdd pami
    pets pldi pnas pods popets popl ppopp preprint raid ral recsys rss rtas rtss sac sat sc
    science sdm sec sensys sigcomm sigdial siggraph siggraphasia sigir sigmetrics sigmod slt
    socc sosp spaa ssrn stoc tacas tacl taco tcad tcsvt tcyb tdsc telo tgrs tifs tip tist tits
    tkdd tkde tmech tmi tmlr tmm tnn tnnls tochi tocs todaes todes tods tog tois toit toplas
    tops tosem tpami tpds tro trustcom tsc tse tsp tvcg uai ubicomp uist usenix usenixatc
    usenixfast usenixsecurity vldb vldbj vlsi vmcai vr wacv wise wsc wsdm www
    """.split()  # noqa: SIM905 - a table of words
)
# What the full name of a venue has in it, and what it begins with.
NAME_WORDS: Final = regex(
    r"\b(?:journal|transactions?|proceedings|proc|conference|symposium|workshops?|meeting|lectures|letters|magazine"
    r"|advances|international|ieee|acm|springer|press|publishers?|university|thesis|report|findings|bulletin|notes)\b"
    r"|学报|期刊|会议|杂志",
    re.IGNORECASE,
)
NAME_START: Final = regex(
    r"(?:in )?(?:the )?(?:(?<!\d)\d+(?:st|nd|rd|th) )?(?:journal of|transactions on|proceedings of|proc\."
    r"|conference on|international (?:conference|journal|symposium|workshop)|annual meeting|ieee|acm"
    r"|advances in|symposium on)\b|[\u4e00-\u9fff]{2,12}(?:学报|期刊|杂志)",
    re.IGNORECASE,
)
# Names that are words as well: without punctuation before them they must look like acronyms.
WORDS: Final = frozenset(
    (
        "alt",
        "atc",
        "bigdata",
        "cell",
        "clear",
        "cluster",
        "date",
        "ease",
        "fast",
        "iv",
        "micro",
        "middleware",
        "nature",
        "sac",
        "sat",
        "science",
        "sec",
        "taco",
        "tip",
        "tops",
        "wise",
    )
)


@lru_cache(maxsize=4096)
def is_known(name: str) -> bool:
    """Whether a name is that of a venue in the table, or has such a name in it."""
    words = name.split()
    return letters(name) in KNOWN or (
        len(words) <= 3 and any(word.casefold() in KNOWN for word in words)
    )


def letters(name: str) -> str:
    """A name as the table has it: letters and digits only, all of them small."""
    return re.sub(r"[\W_]+", "", name).casefold()
