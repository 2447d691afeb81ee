"""Find and normalise the identifiers of papers: DOI, arXiv, ACL, OpenReview, CVF, PMLR and others.

An address counts only by its exact host: a path that looks like arXiv's on another host is not arXiv.
Values are compared as they stand, so each kind has one form: DOIs in lower case (they are
case-insensitive by the DOI Handbook, section 2.4), arXiv ids without subject class and version
(arXiv identifier scheme), ISBN as thirteen digits.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from zsync.core.model import Entry, Identifier, Item
from zsync.core.patterns import regex

# --- One address -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Address:
    """A web address taken apart: host without ``www.``, path decoded and without double slashes."""

    host: str
    path: str
    query: Mapping[str, str]


_DEFAULT_PORTS = (None, 80, 443)
_LONGEST_ADDRESS = 4096
_SLASHES = regex(r"/{2,}")


def _take_apart(url: str) -> _Address | None:
    """The parts of an http(s) address; None for what no browser would open on a default port."""
    if len(url) > _LONGEST_ADDRESS:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or port not in _DEFAULT_PORTS:
        return None
    query = dict(reversed(parse_qsl(parts.query)))
    path = _SLASHES.sub("/", unquote(parts.path)).strip()
    return _Address(host.removesuffix(".").removeprefix("www."), path, query)


# --- arXiv -----------------------------------------------------------------------------------------

# Archives that gave out identifiers before April 2007 (arxiv.org/help/arxiv_identifier).
_ARCHIVE_NAMES = """
acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas
cond-mat cs dg-ga funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex
nucl-th patt-sol physics plasm-ph q-alg q-bio quant-ph solv-int supr-con
"""
_ARCHIVES = frozenset(_ARCHIVE_NAMES.split())
_MONTH = r"(?:0[1-9]|1[0-2])"
# Four digits after the dot until 2014, five since (arxiv.org/help/arxiv_identifier).
_ARXIV_ID = (
    rf"(?P<new>(?:0[7-9]|1[0-4]){_MONTH}\.\d{{4}}|(?:1[5-9]|[2-9]\d){_MONTH}\.\d{{5}})(?!\d)"
    rf"|(?P<archive>[a-z]{{1,7}}(?:-[a-z]{{2,4}})?)(?:\.[a-z]{{2}})?/(?P<old>\d\d{_MONTH}\d{{3}})(?!\d)"
)
_ARXIV_VERSIONED = rf"(?:{_ARXIV_ID})(?:v(?P<version>[1-9]\d{{0,2}}))?(?!\w)"
_ARXIV_WHOLE = regex(_ARXIV_VERSIONED, re.IGNORECASE)
_ARXIV_PATH = regex(
    r"/(?:(?:abs|pdf|html|ps|format|e-print|src|overview|papers|arxiv|ftp/arxiv/papers/\d{4})/)?"
    rf"(?:arxiv:)?(?:{_ARXIV_VERSIONED})(?:\.pdf|\.html)?/?(?:[&;,].*)?",
    re.IGNORECASE,
)


def _arxiv(found: re.Match[str]) -> Identifier | None:
    if found["archive"] and found["archive"].lower() not in _ARCHIVES:
        return None
    value = found["new"] or f"{found['archive'].lower()}/{found['old']}"
    return Identifier("arxiv", value, int(found["version"]) if found["version"] else None)


def _on_arxiv(address: _Address) -> Identifier | None:
    found = _ARXIV_PATH.fullmatch(address.path)
    return _arxiv(found) if found else None


def _on_arxiv_reader(address: _Address) -> Identifier | None:
    """Sites whose other pages are not papers: the path must say ``/arxiv/`` or ``/papers/``."""
    says_paper = address.path.lower().startswith(("/arxiv/", "/arxiv:", "/papers/"))
    return _on_arxiv(address) if says_paper else None


# --- DOI -------------------------------------------------------------------------------------------

_DOI = regex(r"10\.\d{1,9}(?:\.\d+)*/\S+")
_DOI_IN_PATH = regex(r"/(?:doi:)?(10\.\d{4,9}(?:\.\d+)*/.+)", re.DOTALL)
_ARXIV_DOI_PREFIX = "10.48550/arxiv."
# bioRxiv and medRxiv append the version to the DOI in their addresses; the DOI has none.
_PREPRINT_DOI = regex(r"(10\.(?:1101|64898)/(?:\d{4}\.\d\d\.\d\d\.)?\d{6,8})(?:v\d+\S*|\.full\S*)")
_SENTENCE_ENDS = ".,;:!?*'\"…"


def _doi(text: str) -> Identifier | None:
    """A DOI as an identifier; one that arXiv registered names the arXiv paper."""
    value = text.strip().lower().rstrip("/" + _SENTENCE_ENDS)
    if not _DOI.fullmatch(value):
        return None
    if value.startswith(_ARXIV_DOI_PREFIX):
        paper = _ARXIV_WHOLE.fullmatch(value, len(_ARXIV_DOI_PREFIX))
        return (paper and _arxiv(paper)) or Identifier("doi", value)
    preprint = _PREPRINT_DOI.fullmatch(value)
    return Identifier("doi", preprint[1] if preprint else value)


def _at_resolver(address: _Address) -> Identifier | None:
    return _doi(address.path.removeprefix("/").removeprefix("doi:"))


# What publishers append to a DOI in their own addresses.
_DOI_FILE_ENDS = (
    ".pdf",
    ".epdf",
    ".html",
    ".htm",
    ".xml",
    ".full",
    ".full-text",
    ".abstract",
    ".svg",
)
_VIEWS = """
abstract abs cover epdf figures full full-text fulltext fulltext.html html htm meta metrics pdf
references summary tables xml
"""
_DOI_VIEWS = frozenset(_VIEWS.split())
_VIEW_WITH_NUMBER = regex(r"/(?:figures|tables)/\d+$")


def _without_view(doi: str) -> str:
    """A DOI from a publisher's path without the names of views and files after it."""
    doi = _VIEW_WITH_NUMBER.sub("", doi.rstrip("/"))
    while True:
        head, _, last = doi.rpartition("/")
        if last.lower() in _DOI_VIEWS:
            doi = head
            continue
        ending = next((end for end in _DOI_FILE_ENDS if doi.lower().endswith(end)), None)
        if ending is None:
            return doi
        doi = doi[: -len(ending)]


def _at_publisher(address: _Address) -> Identifier | None:
    found = _DOI_IN_PATH.search(address.path)
    if found:
        return _doi(_without_view(found[1]))
    values = (address.query.get(name, "") for name in ("doi", "DOI", "id", "doid"))
    return next(
        (doi for doi in map(_doi, (v.removeprefix("info:doi/") for v in values)) if doi), None
    )


_OUP_DOI = regex(r"/doi/(10\.\d{4,9}/[^/]+/[^/]+)")


def _at_oxford(address: _Address) -> Identifier | None:
    """Oxford University Press puts a number of its own after the DOI."""
    found = _OUP_DOI.search(address.path)
    return _doi(found[1]) if found else None


_ACM_DOID = regex(r"\d+\.\d+")


def _at_acm(address: _Address) -> Identifier | None:
    doid = address.query.get("doid", "")
    return _doi(f"10.1145/{doid}") if _ACM_DOID.fullmatch(doid) else _at_publisher(address)


# Sites whose own numbering is the end of the DOI: path pattern -> DOI.
_NATURE = regex(
    r"/(?:articles|[a-z]+/journal/v\d+/n[\ds-]+/(?:full|abs|pdf))/([a-z]*\d[a-z0-9.-]*?)"
    r"(?:_reference)?(?:\.pdf|\.epdf|\.html)?(?:/(?:figures|tables)/\d+|/metrics)?/?",
    re.IGNORECASE,
)
_NUMBERED: Mapping[str, tuple[re.Pattern[str], str]] = {
    "nature.com": (_NATURE, "10.1038/{}"),
    "zenodo.org": (re.compile(r"/records?/(\d+)(?:/.*)?"), "10.5281/zenodo.{}"),
    "elifesciences.org": (re.compile(r"/articles/(\d+)(?:v\d+)?(?:\.pdf)?/?"), "10.7554/elife.{}"),
    "peerj.com": (re.compile(r"/articles/(\d+)(?:\.pdf)?/?"), "10.7717/peerj.{}"),
    "ijcai.org": (
        re.compile(r"/[Pp]roceedings/(20(?:1[7-9]|[2-9]\d)/)0*(\d+)(?:\.pdf)?/?"),
        "10.24963/ijcai.{}",
    ),
    "biorxiv.org": (
        re.compile(r"/content/(?:biorxiv/)?early/\d+/\d+/\d+/((?:\d{4}\.\d\d\.\d\d\.)?\d{6,8}).*"),
        "10.1101/{}",
    ),
    "medrxiv.org": (
        re.compile(r"/content/(?:medrxiv/)?early/\d+/\d+/\d+/((?:\d{4}\.\d\d\.\d\d\.)?\d{6,8}).*"),
        "10.1101/{}",
    ),
}


def _at_numbered(address: _Address) -> Identifier | None:
    pattern, form = _NUMBERED[address.host]
    found = pattern.fullmatch(address.path)
    return _doi(form.format("".join(found.groups()))) if found else _at_publisher(address)


def _at_ssrn(address: _Address) -> Identifier | None:
    number = address.query.get("abstract_id", "") or address.path.removeprefix("/abstract=")
    return _doi(f"10.2139/ssrn.{number}") if number.isdecimal() else None


# Publishers with the DOI in the path or the query. The domains are theirs, so subdomains count too.
_PUBLISHER_DOMAINS = """
acm.org acs.org aiaa.org aip.org annualreviews.org aps.org apa.org ascelibrary.org asm.org
biomedcentral.com biorxiv.org cogentoa.com copernicus.org dagstuhl.de degruyter.com
degruyterbrill.com direct.mit.edu emerald.com frontiersin.org hindawi.com informs.org iop.org
iospress.com jstor.org karger.com liebertpub.com medrxiv.org mitpressjournals.org nature.com
morganclaypool.com nejm.org nowpublishers.com plos.org pnas.org royalsocietypublishing.org rsc.org sagepub.com
science.org sciencemag.org scitation.org scitepress.org siam.org spiedigitallibrary.org
springer.com springeropen.com tandfonline.com techrxiv.org thieme-connect.com uchicago.edu
wiley.com worldscientific.com zenodo.org ahajournals.org acpjournals.org physiology.org
cshlp.org
"""
_PUBLISHERS = frozenset(_PUBLISHER_DOMAINS.split())


# --- Sites with identifiers of their own -----------------------------------------------------------

_ACL_ID = (
    r"(?P<acl>(?P<letter>[A-Z])(?P<yy>\d\d)-\d{4}"
    r"|(?P<year>(?:19|20)\d\d)\.(?P<venue>[a-z0-9_]+)-[a-z0-9_]+\.\d+)"
)
_ACL_WHOLE = regex(_ACL_ID, re.IGNORECASE)
_ACL_PATH = regex(
    rf"(?:/anthology)?(?:/papers|/attachments)?(?:/[A-Z]/[A-Z]\d\d)?/{_ACL_ID}(?:v\d+|e\d+)?"
    r"(?:\.(?:pdf|bib|xml|endf)|\.[A-Z]\w*\.(?:pdf|zip|tgz|txt|mp4))?(?:/[A-Z]\d\d-\d{4})?/?",
    re.IGNORECASE,
)


def _on_acl(address: _Address) -> Identifier | None:
    found = _ACL_PATH.fullmatch(address.path)
    return _acl(found["acl"]) if found else None


def _acl(value: str) -> Identifier:
    return Identifier("acl", value.upper() if value[0].isalpha() else value.lower())


_OPENREVIEW_PAGES = frozenset(("forum", "pdf", "attachment", "revisions"))
_OPENREVIEW_ID = regex(r"[A-Za-z0-9_-]{6,24}(?![A-Za-z0-9_-])")


def _on_openreview(address: _Address) -> Identifier | None:
    found = _OPENREVIEW_ID.match(address.query.get("id", ""))
    is_page = address.path.strip("/").lower() in _OPENREVIEW_PAGES
    return Identifier("openreview", found[0]) if found and is_page else None


_CVF_PATH = regex(
    r"/(?:content/(?P<new>\w+(?:/[\w-]+)?)|(?P<old>content_\w+))/(?:html|papers(?:_backup)?|supplemental)"
    r"/(?P<folder>[\w-]+/)?(?P<name>[^/]+?)_(?:paper|supplemental)\.(?:html|pdf|zip)",
    re.IGNORECASE,
)


def _on_cvf(address: _Address) -> Identifier | None:
    found = _CVF_PATH.fullmatch(address.path)
    if not found:
        return None
    volume = found["new"] or found["old"]
    return Identifier("cvf", f"{volume}/{found['folder'] or ''}{found['name']}_paper")


_PMLR_PLACE = regex(
    r"(?:proceedings\.mlr\.press|jmlr\.org/proceedings/papers|raw\.githubusercontent\.com/mlresearch)"
    r"/(?P<volume>[vr]\d+)/(?:main/assets/)?(?P<paper>[a-z][a-z'_-]*\d\d[a-z]{0,3})"
    r"(?:/(?P=paper)[\w-]*)?(?:-supp)?(?:\.html|\.pdf|\.zip)?/?"
)


def _on_pmlr(address: _Address) -> Identifier | None:
    found = _PMLR_PLACE.fullmatch(address.host + address.path)
    return Identifier("pmlr", f"{found['volume']}/{found['paper']}") if found else None


_NEURIPS_PATH = regex(
    r"/(?:paper_files/)?paper/(?P<year>\d{4})/(?:hash|file)/(?P<hash>[0-9a-f]{32})-[\w-]+\.\w+"
)


def _on_neurips(address: _Address) -> Identifier | None:
    found = _NEURIPS_PATH.fullmatch(address.path)
    return Identifier("neurips", f"{found['year']}/{found['hash']}") if found else None


_IEEE_PATH = regex(
    r"/(?:abstract/|mobile/)?document/0*(\d{3,})(?:/.*)?|/ielx?\d+/(?:\d+/)+0*(\d{3,})\.pdf"
)


def _on_ieee(address: _Address) -> Identifier | None:
    found = _IEEE_PATH.fullmatch(address.path)
    number = (found[1] or found[2]) if found else address.query.get("arnumber", "").lstrip("0")
    return Identifier("ieee", number) if number.isdecimal() else None


_S2_PATH = re.compile(
    r"/(?:(?:graph/v1/)?paper/(?:.*/)?|reader/)?(?:(?P<hash>[0-9a-f]{40})|CorpusID:(?P<corpus>\d+))/?",
    re.IGNORECASE,
)


def _on_semantic_scholar(address: _Address) -> Identifier | None:
    found = _S2_PATH.fullmatch(address.path)
    if not found:
        return _on_arxiv_reader(address)
    return Identifier(
        "s2", found["hash"].lower() if found["hash"] else f"CorpusID:{found['corpus']}"
    )


_PUBMED_PLACE = regex(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/(?:m/)?pubmed|europepmc\.org/\w+/med)"
    r"/0*(\d{1,9})/?",
    re.IGNORECASE,
)


def _on_pubmed(address: _Address) -> Identifier | None:
    found = _PUBMED_PLACE.fullmatch(address.host + address.path)
    return Identifier("pmid", found[1]) if found else None


_Finder = Callable[[_Address], Identifier | None]
_ARXIV_HOSTS = """
arxiv.org export.arxiv.org browse.arxiv.org beta.arxiv.org static.arxiv.org lanl.arxiv.org
cn.arxiv.org de.arxiv.org es.arxiv.org fr.arxiv.org in.arxiv.org it.arxiv.org jp.arxiv.org
uk.arxiv.org xxx.arxiv.org xxx.lanl.gov xxx.itp.ac.cn ar5iv.org ar5iv.labs.arxiv.org
alphaxiv.org arxiv-vanity.com
"""
_SITES: Mapping[str, _Finder] = {
    **dict.fromkeys(_ARXIV_HOSTS.split(), _on_arxiv),
    **dict.fromkeys(("huggingface.co", "hf.co", "papers.cool", "scirate.com"), _on_arxiv_reader),
    **dict.fromkeys(("doi.org", "dx.doi.org", "doi.acm.org"), _at_resolver),
    **dict.fromkeys(("aclanthology.org", "aclanthology.info", "aclweb.org"), _on_acl),
    "openreview.net": _on_openreview,
    "openaccess.thecvf.com": _on_cvf,
    **dict.fromkeys(("proceedings.mlr.press", "jmlr.org", "raw.githubusercontent.com"), _on_pmlr),
    **dict.fromkeys(
        ("proceedings.neurips.cc", "papers.neurips.cc", "papers.nips.cc", "proceedings.nips.cc"),
        _on_neurips,
    ),
    "ieeexplore.ieee.org": _on_ieee,
    **dict.fromkeys(("semanticscholar.org", "api.semanticscholar.org"), _on_semantic_scholar),
    **dict.fromkeys(("pubmed.ncbi.nlm.nih.gov", "ncbi.nlm.nih.gov", "europepmc.org"), _on_pubmed),
    **dict.fromkeys(_NUMBERED, _at_numbered),
    **dict.fromkeys(("ssrn.com", "papers.ssrn.com"), _at_ssrn),
    "dl.acm.org": _at_acm,
    "academic.oup.com": _at_oxford,
}


def _in_address(url: str) -> Identifier | None:
    """The identifier that a whole web address stands for."""
    address = _take_apart(url)
    if address is None:
        return None
    site = _SITES.get(address.host)
    if site is None and any(domain in _PUBLISHERS for domain in _domains(address.host)):
        site = _at_publisher
    return site(address) if site else None


def _domains(host: str) -> Iterator[str]:
    """The host and every domain above it, the top level left out."""
    while "." in host:
        yield host
        host = host.partition(".")[2]


# --- Text ------------------------------------------------------------------------------------------

# Full-width punctuation and a table's bar end an address; so does a backslash, which a browser
# reads as a slash: what stands before it is then the host, whatever follows.
_URL_CHARACTER = r"[^\s\"|`\\^{}，。；、！？（）【】「」《》“”]"
_CANDIDATE = regex(
    rf"(?P<refused>\b(?:javascript|data|vbscript|file|mailto|blob):\S*)"
    rf"|(?P<address>(?<![a-z0-9+.-])https?://{_URL_CHARACTER}+)"
    rf"|(?P<schemeless>(?<![\w./:@%=&?#+-])(?://)?(?:[a-z0-9-]{{1,63}}\.){{1,8}}[a-z]{{2,24}}/{_URL_CHARACTER}+)"
    rf"|\bdoi[\s:：=/]{{1,4}}(?P<labelled>10\.\d{{1,9}}(?:\.\d{{1,9}}){{0,4}}/{_URL_CHARACTER}+)"
    rf"|(?<![\w./%-])(?P<doi>10\.\d{{4,9}}(?:\.\d{{1,9}}){{0,4}}/{_URL_CHARACTER}+)"
    rf"|\b(?:arxiv(?:\s{{1,3}}preprint)?|corr)[\s:：.,]{{0,4}}(?:arxiv:)?(?:abs/)?(?P<arxiv>{_ARXIV_VERSIONED})"
    r"|\b(?:pmid|pubmed\s?id)[\s:：]{1,4}(?P<pmid>\d{1,9})(?!\d)"
    r"|\bisbn(?:-1[03])?[\s:：]{0,4}(?P<isbn>\d[\dx -]{8,20})"
    r"|\bcorpusid[\s:]{1,4}(?P<corpus>\d+)",
    re.IGNORECASE,
)
_ESCAPED = regex(r"\\([_&%#~()\[\]])")
_MARKUP_AFTER_ADDRESS = regex(r"<(?=[a-z/!])", re.IGNORECASE)
_PAIRS = {")": "(", "]": "[", ">": "<"}
_BRACKET = regex(r"[()\[\]<>]")


def find(text: str) -> Identifier | None:
    """The first identifier in an address or a piece of text (``arXiv:2410.02712v2 [cs.CV]``, ``doi:10.1/x``).

    An arXiv id without any label counts only where it is the whole text. Returns None where there is
    no identifier that can be told from the form alone.
    """
    text = _ESCAPED.sub(r"\1", text.strip()).replace("&amp;", "&")
    alone = _ARXIV_WHOLE.fullmatch(text)
    if alone:
        return _arxiv(alone)
    return next((found for found in map(_identify, _CANDIDATE.finditer(text)) if found), None)


def _identify(candidate: re.Match[str]) -> Identifier | None:
    text = candidate[candidate.lastgroup or 0]
    match candidate.lastgroup:
        case "address":
            return _in_address(_end_sentence(text))
        case "schemeless":
            return _in_address("https://" + _end_sentence(text).removeprefix("//"))
        case "doi" | "labelled":
            return _doi(_end_sentence(re.split(r"[?#]", text, maxsplit=1)[0]))
        case "pmid":
            return Identifier("pmid", text.lstrip("0"))
        case "isbn":
            return _isbn(text)
        case "corpus":
            return Identifier("s2", f"CorpusID:{text}")
        case "refused":
            return None
        case _:
            return _arxiv(candidate)


def _end_sentence(address: str) -> str:
    """An address without what the text around it added: closing brackets, markup, punctuation."""
    address = _MARKUP_AFTER_ADDRESS.split(address, maxsplit=1)[0]
    depth = dict.fromkeys(_PAIRS.values(), 0)
    for bracket in _BRACKET.finditer(address):
        opener = _PAIRS.get(bracket[0], bracket[0])
        depth[opener] += 1 if opener == bracket[0] else -1
        if depth[opener] < 0:
            address = address[: bracket.start()]
            break
    return address.rstrip(_SENTENCE_ENDS)


def _isbn(text: str) -> Identifier | None:
    """An ISBN with a right check digit, as thirteen digits (ISO 2108)."""
    digits = "".join(character for character in text.upper() if character in "0123456789X")
    if re.match(r"97[89]\d{10}", digits):
        body = digits[:12]
        return Identifier("isbn", digits[:13]) if _isbn_13(body) == digits[:13] else None
    ten = re.match(r"\d{9}[\dX]", digits)
    weighed = (
        sum(
            (10 - place) * (10 if digit == "X" else int(digit))
            for place, digit in enumerate(digits[:10])
        )
        if ten
        else 1
    )
    return Identifier("isbn", _isbn_13("978" + digits[:9])) if weighed % 11 == 0 else None


def _isbn_13(body: str) -> str:
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-weighed % 10}"


# --- What follows from an identifier ---------------------------------------------------------------

_CANONICAL: Mapping[str, str] = {
    "arxiv": "https://arxiv.org/abs/{}",
    "acl": "https://aclanthology.org/{}/",
    "openreview": "https://openreview.net/forum?id={}",
    "pmlr": "https://proceedings.mlr.press/{}.html",
    "ieee": "https://ieeexplore.ieee.org/document/{}",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/",
}


def canonical_url(identifier: Identifier) -> str | None:
    """The paper's address at the place that gave it the identifier; None where the form does not tell."""
    kind, value = identifier.kind, identifier.value
    match kind:
        case "doi":
            # Only what would end the path is encoded, so that a DOI stays readable.
            return "https://doi.org/" + quote(value, safe="/:;()<>[]@!$&'*+,=|")
        case "cvf":
            volume, _, paper = (
                value.partition("/") if value.startswith("content_") else value.rpartition("/")
            )
            folder = volume if value.startswith("content_") else f"content/{volume}"
            return f"https://openaccess.thecvf.com/{folder}/html/{paper}.html"
        case "neurips":
            return _neurips_url(value)
        case "s2":
            host = "api" if value.startswith("CorpusID:") else "www"
            folder = "" if host == "api" else "paper/"
            return f"https://{host}.semanticscholar.org/{folder}{value}"
        case _:
            return _CANONICAL[kind].format(value) if kind in _CANONICAL else None


_FIRST_YEAR_OF_TRACKS = 2022


def _neurips_url(value: str) -> str | None:
    """Since 2022 the address also names the track, which the identifier does not tell."""
    year, _, digest = value.partition("/")
    if int(year) >= _FIRST_YEAR_OF_TRACKS:
        return None
    return f"https://proceedings.neurips.cc/paper/{year}/hash/{digest}-Abstract.html"


_ACL_DOI_PREFIX = "10.18653/v1/"
# Kept in the Anthology, registered elsewhere (MIT Press) or nowhere.
_VENUES_WITHOUT_ACL_DOI = frozenset(("tacl", "cl", "lrec"))
_LETTERS_WITH_ACL_DOI = frozenset("DEKNPSW")
_FIRST_YEAR_OF_ACL_DOI = 16


def aliases(identifier: Identifier) -> tuple[Identifier, ...]:
    """Other identifiers of the same paper that follow from the form alone, without asking anyone."""
    match identifier.kind:
        case "arxiv":
            return (Identifier("doi", _ARXIV_DOI_PREFIX + identifier.value.lower()),)
        case "acl":
            return _acl_doi(identifier.value)
        case "doi" if identifier.value.startswith(_ACL_DOI_PREFIX):
            form = _ACL_WHOLE.fullmatch(identifier.value, len(_ACL_DOI_PREFIX))
            return (_acl(form["acl"]),) if form else ()
        case "doi":
            paper = _doi(identifier.value)
            return (paper,) if paper and paper.kind == "arxiv" else ()
        case _:
            return ()


def _acl_doi(value: str) -> tuple[Identifier, ...]:
    form = _ACL_WHOLE.fullmatch(value)
    if not form:
        return ()
    if form["letter"]:
        registered = (
            form["letter"] in _LETTERS_WITH_ACL_DOI and int(form["yy"]) >= _FIRST_YEAR_OF_ACL_DOI
        )
    else:
        registered = form["venue"] not in _VENUES_WITHOUT_ACL_DOI
    return (Identifier("doi", _ACL_DOI_PREFIX + value.lower()),) if registered else ()


# --- Links that are no identifiers -----------------------------------------------------------------

_TRACKING = regex(
    r"utm_\w*|[fgmt]clid|fbclid|msclkid|yclid|dclid|igshid|spm|mc_[ce]id|_hs\w+|share_token|vd_source"
)


def is_web(url: str) -> bool:
    """Return whether a browser opens the address from anywhere."""
    address = urlsplit(url)
    return address.scheme.lower() in ("http", "https") and bool(address.hostname)


def normalise_url(url: str) -> str:
    """A form of any address for asking whether two links go to one place; not an address to open.

    Scheme, ``www.``, default port, trailing slash, fragment, tracking parameters and their order do
    not count. What is no web address comes back trimmed and otherwise as it is.
    """
    url = url.strip()
    whole = url if "://" in url else "https://" + url.removeprefix("//")
    address = _take_apart(whole) if "." in url else None
    if address is None:
        return url
    query = sorted(
        (name, value)
        for name, value in parse_qsl(urlsplit(whole).query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name)
    )
    place = address.host + address.path.rstrip("/")
    return f"{place}?{urlencode(query)}" if query else place


# --- Entries and items -----------------------------------------------------------------------------


def of_entry(entry: Entry) -> tuple[Identifier, ...]:
    """The identifiers in an entry's links, in their order, each once."""
    return _each_once(find(link.url) for link in entry.links)


_PREPRINT_FIELDS = ("archiveID", "number", "reportNumber", "archiveLocation", "publicationTitle")
_EXTRA_LABEL = regex(r"[ \t]*(?:arxiv(?:[ _]?id)?|doi|pmid|isbn)[ \t]*:", re.IGNORECASE)


def of_item(item: Item) -> tuple[Identifier, ...]:
    """The identifiers of an item, surest first, each once and followed by its aliases.

    From the fields ``DOI`` and ``url``, an arXiv id in the fields that preprints keep it in, a book's
    ``ISBN``, the lines of ``extra`` that name one, and last the linked URLs.
    """
    found = _each_once(_in_item(item))
    return _each_once(each for one in found for each in (one, *aliases(one)))


def _in_item(item: Item) -> Iterator[Identifier | None]:
    fields = item.fields
    yield _doi(fields.get("DOI", "")) or find(fields.get("DOI", ""))
    yield find(fields.get("url", ""))
    for name in _PREPRINT_FIELDS:
        preprint = find(fields.get(name, ""))
        if preprint and preprint.kind == "arxiv":
            yield preprint
    if item.item_type == "book":
        yield _isbn(fields.get("ISBN", ""))
    for line in fields.get("extra", "").split("\n"):
        if _EXTRA_LABEL.match(line):
            yield find(line)
    for link in item.links:
        yield find(link.url)


def _each_once(found: Iterable[Identifier | None]) -> tuple[Identifier, ...]:
    return tuple(dict.fromkeys(one for one in found if one))
