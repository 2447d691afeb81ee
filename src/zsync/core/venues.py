"""The short name of an item's venue, as people write it after a title in a list: CVPR, NeurIPS, Nature.

The acronym that the item's own words hold comes first (``... (CVPR)``, ``ICCV '23``), then a table of
well-known names, then a journal's own name where it is short.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from zsync.core import identifiers
from zsync.core.model import Item
from zsync.core.patterns import regex

_YEAR = regex(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")


def year(item: Item) -> int | None:
    """The first year in the item's date, in whatever form Zotero holds it; None without one."""
    return first_year(item.fields.get("date", ""))


def label(item: Item) -> tuple[str | None, int | None]:
    """The venue's short name and the year, for a list entry; each None where the item has none.

    The year is the date's; where there is no date, one in the venue's name stands in.
    """
    names = _names(item)
    name = _preprint_server(item) or _first(map(_short_name, names.values())) or _as_written(names)
    return name, year(item) or first_year(" ".join(names.values()))


def first_year(text: str) -> int | None:
    """Return the first number in a text that can be a year; None without one."""
    found = _YEAR.search(text)
    return int(found[0]) if found else None


# --- Where an item names its venue -----------------------------------------------------------------

_VENUE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "conferencePaper": ("conferenceName", "proceedingsTitle", "series"),
    "journalArticle": ("publicationTitle", "journalAbbreviation"),
    "magazineArticle": ("publicationTitle",),
    "newspaperArticle": ("publicationTitle",),
    "preprint": ("repository",),
    "bookSection": ("bookTitle", "publicationTitle", "series", "publisher"),
    "book": ("publisher",),
    "thesis": ("university",),
    "report": ("institution",),
    "presentation": ("meetingName",),
}
# A short journal or publisher is called by its name; the title of proceedings is not.
_CALLED_BY_NAME = frozenset(
    (
        "publicationTitle",
        "journalAbbreviation",
        "repository",
        "publisher",
        "university",
        "institution",
    )
)
_LONGEST_NAME = 30
_LONGEST_READ = 400
_BRACKETED_END = regex(r"\s*\([^()]*\)\s*$")


def _names(item: Item) -> Mapping[str, str]:
    """The item's venue fields that hold something, the most telling first."""
    fields = _VENUE_FIELDS.get(item.item_type, ())
    named = {name: item.fields.get(name, "").strip()[:_LONGEST_READ] for name in fields}
    return {name: text for name, text in named.items() if text}


def _preprint_server(item: Item) -> str | None:
    """arXiv, for a preprint that shows it in any way and for an article filed under it."""
    named = " ".join(_names(item).values()).casefold()
    if item.item_type in ("preprint", "journalArticle") and re.match(r"arxiv\b|corr\b", named):
        return "arXiv"
    if item.item_type == "preprint" and not named:
        on_arxiv = any(found.kind == "arxiv" for found in identifiers.of_item(item))
        return "arXiv" if on_arxiv else None
    return None


def _as_written(names: Mapping[str, str]) -> str | None:
    called = (
        _BRACKETED_END.sub("", name) for field, name in names.items() if field in _CALLED_BY_NAME
    )
    return _first(name for name in called if len(name) <= _LONGEST_NAME)


def _first(names: Iterable[str | None]) -> str | None:
    return next((name for name in names if name), None)


# --- The short form of one name --------------------------------------------------------------------

_ACRONYM = r"[A-Z][A-Za-z0-9]{0,9}[A-Z][A-Za-z0-9]{0,9}(?:[-/&+][A-Z][A-Za-z0-9]{0,9}){0,3}"
_YEAR_MARK = r"(?:(?:19|20)\d\d|['’‘]\s?\d\d|(?<=-)\d\d)"
_LONGEST_ACRONYM = 16
_ACRONYM_PLACES = (
    re.compile(rf"\((?:ACM )?({_ACRONYM})(?:[\s-]*{_YEAR_MARK})?\)\s*$"),
    re.compile(rf"^(?:{_YEAR_MARK}\s+)?({_ACRONYM})(?:[\s-]*{_YEAR_MARK})?$"),
    re.compile(rf"^({_ACRONYM})[\s-]*{_YEAR_MARK}(?!\w)"),
    re.compile(rf"^({_ACRONYM})\s*[:–—]\s"),
    re.compile(rf"(?:^|[\s–—:,-])({_ACRONYM})[\s-]*{_YEAR_MARK}$"),
    re.compile(rf"\s[–—:,-]\s*({_ACRONYM})$"),
)
# Who holds a conference, not which one it is.
_SPONSORS = frozenset(
    (
        "ACM",
        "CVF",
        "IEEE",
        "IFIP",
        "RSJ",
        "USENIX",
        "SIAM",
        "LNCS",
        "LNAI",
        "CCIS",
        "PMLR",
        "JMLR",
        "CEUR-WS",
    )
)
_RENAMED = {"NIPS": "NeurIPS", "MM": "ACM MM", "CoRR": "arXiv", "SP": "S&P"}
_FINDINGS = regex(r"\s*findings\b", re.IGNORECASE)
_WORKSHOP = regex(r"\bworkshops?\b", re.IGNORECASE)


def _short_name(name: str) -> str | None:
    """The acronym that a venue's name holds or is known by; Findings and workshops say so."""
    acronym = _known(name) or _own_acronym(name)
    if acronym and _FINDINGS.match(name):
        return f"{acronym} Findings"
    if acronym in _HOSTS and _WORKSHOP.search(name):
        return f"{acronym} Workshop"
    return acronym


def _own_acronym(name: str) -> str | None:
    found = (place.search(name) for place in _ACRONYM_PLACES)
    acronyms = (acronym[1] for acronym in found if acronym)
    usable = (one for one in acronyms if one not in _SPONSORS and len(one) <= _LONGEST_ACRONYM)
    acronym = next(usable, None)
    return _RENAMED.get(acronym, acronym) if acronym else None


def _known(name: str) -> str | None:
    """By the table: the whole name, then shorter beginnings of it, then each part."""
    parts = re.split(r"\s*(?:[:;,()]|\s[–—-]\s)\s*", name)
    beginnings = (" ".join(parts[:count]) for count in range(len(parts), 0, -1))
    return _first(_SHORT_NAMES.get(_key(part)) for part in (*beginnings, *parts[1:]))


_ORGANISERS_AND_ORDINALS = """
proceedings proc of the on in for and a an annual acm ieee cvf rsj ras eurosys sigplan sigops
sigarch sigkdd sigmod sigir sigsoft sigsac sigchi sigmobile sigact sigart first second third
fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
sixteenth seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth sixtieth
twenty thirty forty fifty sixty seventy
"""
_LEFT_OUT = frozenset(_ORGANISERS_AND_ORDINALS.split())
_NUMBER = regex(r"\d+(?:st|nd|rd|th)?|[ivx]+")


def _key(name: str) -> str:
    """A venue's name without what changes from year to year and who held it."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(word for word in words if word not in _LEFT_OUT and not _NUMBER.fullmatch(word))


_WELL_KNOWN = """
AAAI: AAAI Conference on Artificial Intelligence
AAAI: National Conference on Artificial Intelligence
AAMAS: International Conference on Autonomous Agents and Multiagent Systems
ACCV: Asian Conference on Computer Vision
ACL: Meeting of the Association for Computational Linguistics
ACL: Association for Computational Linguistics
ACM MM: International Conference on Multimedia
ACM MM: Multimedia Conference
ACM MM: ACM Multimedia
ACM MM: ACM MM
ACSAC: Computer Security Applications Conference
AISTATS: International Conference on Artificial Intelligence and Statistics
ASE: International Conference on Automated Software Engineering
ASPLOS: International Conference on Architectural Support for Programming Languages and Operating Systems
BMVC: British Machine Vision Conference
CACM: Communications of the ACM
CAV: International Conference on Computer Aided Verification
CCS: Conference on Computer and Communications Security
CHI: Conference on Human Factors in Computing Systems
CHI: CHI Conference on Human Factors in Computing Systems
CIDR: Conference on Innovative Data Systems Research
CIKM: International Conference on Information and Knowledge Management
CL: Computational Linguistics
COLING: International Conference on Computational Linguistics
COLM: Conference on Language Modeling
COLT: Conference on Learning Theory
COLT: Conference on Computational Learning Theory
CoNLL: Conference on Computational Natural Language Learning
CoRL: Conference on Robot Learning
CoRL: Robot Learning Conference
CSCW: Conference on Computer Supported Cooperative Work
CSUR: ACM Computing Surveys
CVPR: Conference on Computer Vision and Pattern Recognition
CVPR: Computer Vision and Pattern Recognition Conference
CVPR: Computer Vision and Pattern Recognition
CVPR: Computer Society Conference on Computer Vision and Pattern Recognition
CVPR: Conf. on Computer Vision and Pattern Recognition
CVPRW: Conference on Computer Vision and Pattern Recognition Workshops
CVPRW: Computer Society Conference on Computer Vision and Pattern Recognition Workshops
DAC: Design Automation Conference
EACL: Conference of the European Chapter of the Association for Computational Linguistics
ECAI: European Conference on Artificial Intelligence
ECCV: European Conference on Computer Vision
ECML PKDD: European Conference on Machine Learning and Principles and Practice of Knowledge Discovery in Databases
ECML PKDD: Joint European Conference on Machine Learning and Knowledge Discovery in Databases
EMNLP: Conference on Empirical Methods in Natural Language Processing
EMNLP: Empirical Methods in Natural Language Processing
EMNLP-IJCNLP: Conference on Empirical Methods in Natural Language Processing and the International Joint Conference on Natural Language Processing
EuroSys: European Conference on Computer Systems
EuroSys: EuroSys Conference
EuroSys: Conference on Computer Systems
FAccT: Conference on Fairness, Accountability, and Transparency
FAST: USENIX Conference on File and Storage Technologies
FAST: Conference on File and Storage Technologies
FOCS: Symposium on Foundations of Computer Science
FSE: International Symposium on Foundations of Software Engineering
FSE: International Conference on the Foundations of Software Engineering
ESEC/FSE: Joint European Software Engineering Conference and Symposium on the Foundations of Software Engineering
ESEC/FSE: Joint Meeting on Foundations of Software Engineering
ESEC/FSE: Joint Meeting on European Software Engineering Conference and Symposium on the Foundations of Software Engineering
HotNets: Workshop on Hot Topics in Networks
HotOS: Workshop on Hot Topics in Operating Systems
HPCA: International Symposium on High-Performance Computer Architecture
HRI: International Conference on Human-Robot Interaction
ICASSP: International Conference on Acoustics, Speech and Signal Processing
ICCV: International Conference on Computer Vision
ICCV: International Conference on Computer Vision (ICCV)
ICCVW: International Conference on Computer Vision Workshops
ICCVW: International Conference on Computer Vision Workshop
ICDE: International Conference on Data Engineering
ICDM: International Conference on Data Mining
ICIP: International Conference on Image Processing
ICLR: International Conference on Learning Representations
ICLR: International Conference on Representation Learning
ICME: International Conference on Multimedia and Expo
ICML: International Conference on Machine Learning
ICPR: International Conference on Pattern Recognition
ICRA: International Conference on Robotics and Automation
ICSE: International Conference on Software Engineering
IJCAI: International Joint Conference on Artificial Intelligence
IJCAI: International Joint Conferences on Artificial Intelligence
IJCNLP: International Joint Conference on Natural Language Processing
IJCNN: International Joint Conference on Neural Networks
IJCV: International Journal of Computer Vision
IJRR: International Journal of Robotics Research
INFOCOM: Conference on Computer Communications
INFOCOM: INFOCOM
Interspeech: Conference of the International Speech Communication Association
Interspeech: Interspeech
IROS: International Conference on Intelligent Robots and Systems
ISCA: International Symposium on Computer Architecture
ISSTA: International Symposium on Software Testing and Analysis
ISWC: International Semantic Web Conference
JACM: Journal of the ACM
JAIR: Journal of Artificial Intelligence Research
JMLR: Journal of Machine Learning Research
KDD: International Conference on Knowledge Discovery and Data Mining
KDD: Conference on Knowledge Discovery and Data Mining
LREC: International Conference on Language Resources and Evaluation
LREC: Language Resources and Evaluation Conference
LREC-COLING: Joint International Conference on Computational Linguistics, Language Resources and Evaluation
MICCAI: Medical Image Computing and Computer Assisted Intervention
MICCAI: International Conference on Medical Image Computing and Computer-Assisted Intervention
MICRO: International Symposium on Microarchitecture
MLSys: Conference on Machine Learning and Systems
MLSys: Machine Learning and Systems
MobiCom: International Conference on Mobile Computing and Networking
MobiSys: International Conference on Mobile Systems, Applications, and Services
NAACL: Conference of the North American Chapter of the Association for Computational Linguistics
NAACL: Conference of the Nations of the Americas Chapter of the Association for Computational Linguistics
NDSS: Network and Distributed System Security Symposium
NDSS: Network and Distributed Systems Security Symposium
NeurIPS: Advances in Neural Information Processing Systems
NeurIPS: Conference on Neural Information Processing Systems
NeurIPS: Neural Information Processing Systems
NeurIPS: International Conference on Neural Information Processing Systems
NSDI: USENIX Symposium on Networked Systems Design and Implementation
NSDI: Symposium on Networked Systems Design and Implementation
OOPSLA: International Conference on Object-Oriented Programming, Systems, Languages, and Applications
OSDI: USENIX Symposium on Operating Systems Design and Implementation
OSDI: Symposium on Operating Systems Design and Implementation
PACMPL: Proceedings of the ACM on Programming Languages
PLDI: Conference on Programming Language Design and Implementation
PLDI: International Conference on Programming Language Design and Implementation
PNAS: Proceedings of the National Academy of Sciences
PNAS: Proceedings of the National Academy of Sciences of the United States of America
PODS: Symposium on Principles of Database Systems
POPL: Symposium on Principles of Programming Languages
PPoPP: Symposium on Principles and Practice of Parallel Programming
PVLDB: Proceedings of the VLDB Endowment
RA-L: IEEE Robotics and Automation Letters
RecSys: Conference on Recommender Systems
RSS: Robotics: Science and Systems
S&P: Symposium on Security and Privacy
SC: International Conference for High Performance Computing, Networking, Storage and Analysis
SIGCOMM: SIGCOMM
SIGCOMM: SIGCOMM Conference
SIGGRAPH: SIGGRAPH
SIGGRAPH: SIGGRAPH Conference
SIGGRAPH: Special Interest Group on Computer Graphics and Interactive Techniques Conference
SIGGRAPH Asia: SIGGRAPH Asia
SIGGRAPH Asia: SIGGRAPH Asia Conference
SIGIR: International Conference on Research and Development in Information Retrieval
SIGIR: Conference on Research and Development in Information Retrieval
SIGMOD: International Conference on Management of Data
SIGMOD: Conference on Management of Data
SODA: Symposium on Discrete Algorithms
SODA: ACM-SIAM Symposium on Discrete Algorithms
SOSP: Symposium on Operating Systems Principles
STOC: Symposium on Theory of Computing
TACL: Transactions of the Association for Computational Linguistics
TASLP: Transactions on Audio, Speech, and Language Processing
TIP: Transactions on Image Processing
TIST: Transactions on Intelligent Systems and Technology
TKDE: Transactions on Knowledge and Data Engineering
TMI: Transactions on Medical Imaging
TMLR: Transactions on Machine Learning Research
TMM: Transactions on Multimedia
TNNLS: Transactions on Neural Networks and Learning Systems
TOG: Transactions on Graphics
TOIS: Transactions on Information Systems
TOPLAS: Transactions on Programming Languages and Systems
TPAMI: Transactions on Pattern Analysis and Machine Intelligence
TRO: Transactions on Robotics
TSE: Transactions on Software Engineering
TVCG: Transactions on Visualization and Computer Graphics
UAI: Conference on Uncertainty in Artificial Intelligence
UAI: Uncertainty in Artificial Intelligence
UbiComp: International Joint Conference on Pervasive and Ubiquitous Computing
UIST: Symposium on User Interface Software and Technology
USENIX ATC: USENIX Annual Technical Conference
USENIX Security: USENIX Security Symposium
USENIX Security: USENIX Security
VLDB: International Conference on Very Large Data Bases
WACV: Winter Conference on Applications of Computer Vision
WSDM: International Conference on Web Search and Data Mining
WWW: Web Conference
WWW: World Wide Web Conference
WWW: International World Wide Web Conference
WWW: International Conference on World Wide Web
WWW: Web Conference (WWW)
"""  # noqa: E501 - one name a line


def _read_table(table: str) -> Iterator[tuple[str, str]]:
    """Each well-known name's key with its short name."""
    for row in table.strip().splitlines():
        short, _, name = row.partition(": ")
        yield _key(name), short


_SHORT_NAMES: Mapping[str, str] = dict(_read_table(_WELL_KNOWN))
# Conferences that hold workshops; the rest are workshops themselves.
_HOSTS = frozenset(_SHORT_NAMES.values()) - {"CVPRW", "ICCVW", "HotNets", "HotOS"}


# --- From a label back to a venue ------------------------------------------------------------------


class Venue(NamedTuple):
    """What a label in a list stands for: an item type, and the name that an item of it gives the venue.

    ``well_known`` says that the label was understood; else it is a guess by the label's form.
    """

    item_type: str
    name: str
    well_known: bool


_JOURNAL_LABELS = """
CACM CL CSUR IJCV IJRR JACM JAIR JMLR PACMPL PNAS PVLDB RA-L TACL TASLP TIP TIST TKDE TMI TMLR TMM
TNNLS TOG TOIS TOPLAS TPAMI TRO TSE TVCG
"""
_JOURNALS = frozenset(_JOURNAL_LABELS.split())
_PREPRINT_SERVERS: Mapping[str, str] = {
    "arxiv": "arXiv",
    "corr": "arXiv",
    "biorxiv": "bioRxiv",
    "chemrxiv": "ChemRxiv",
    "medrxiv": "medRxiv",
    "psyarxiv": "PsyArXiv",
    "ssrn": "SSRN",
}
_CONFERENCE_WORD = regex(
    r"\b(?:conf(?:erence)?|findings|proceedings|symposium|workshops?)\b", re.IGNORECASE
)
_ALL_CAPITALS = regex(r"[A-Z0-9][A-Z&+/-]{2,9}")
_JOURNAL_NAME = regex(r"(?:Cell|eLife|Nature|Neuron|Science|The Lancet)\b(?!:)")
_FINDINGS_NAME = "Findings of the Association for Computational Linguistics"
_CALLED_OTHERWISE: Mapping[str, str] = {"NIPS": "NeurIPS", "MM": "ACM MM", "SP": "S&P"}


def by_label(label: str, year: int | None = None) -> Venue:
    """Find what a label stands for: a preprint server, a well-known name of the table, or a guess.

    Of several names that the table has for a label, the first that :func:`label` reads back is taken. A
    label that is not in the table is its own name: a conference's where it is all capitals (as conferences
    are called in lists) or says so, a journal's otherwise (*Nature*).
    """
    label = " ".join(label.split())
    if server := _PREPRINT_SERVERS.get(label.casefold()):
        return Venue("preprint", server, well_known=True)
    if len(label) > _LONGEST_READ:
        return Venue("journalArticle", label, well_known=False)
    short = _CALLED_OTHERWISE.get(label, label)
    host = short.rpartition(" ")[0] or short
    names = [name for known, name in _TABLE if known.casefold() == short.casefold()]
    is_conference = _CONFERENCE_WORD.search(label) or _ALL_CAPITALS.fullmatch(label)
    is_workshop = host in _HOSTS and _CONFERENCE_WORD.search(label)
    is_known = bool(names or is_workshop or _JOURNAL_NAME.match(label))
    item_type = "conferencePaper" if is_conference or names else "journalArticle"
    if short in _JOURNALS:
        item_type = "journalArticle"
    when = f" {year}" if year else ""
    candidates = (*names, f"{_FINDINGS_NAME}: {host}{when}", f"{host}{when} Workshop", short)
    wanted = names[0] if names else short
    name = next((each for each in candidates if _short_name(each) == short), wanted)
    return Venue(item_type, name, well_known=is_known)


_TABLE = tuple(
    (row.partition(": ")[0], row.partition(": ")[2]) for row in _WELL_KNOWN.strip().splitlines()
)
