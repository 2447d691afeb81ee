"""Where an address leads: to a paper, to something beside one, to the page of a project."""

from enum import Enum
from functools import lru_cache


class Place(Enum):
    """What stands at an address."""

    PAPER = """
        aclanthology.info aclanthology.org aclweb.org acm.org arxiv.org biorxiv.org
        cell.com chemrxiv.org doi.org ecva.net eprint.iacr.org europepmc.org frontiersin.org
        hal.science huggingface.co/papers ieee.org isca-archive.org isca-speech.org
        jmlr.csail.mit.edu jmlr.org jstor.org mdpi.com medrxiv.org mlr.press nature.com
        ndss-symposium.org neurips.cc nih.gov nips.cc openreview.net oup.com plos.org
        plosone.org pmlr.org pnas.org psyarxiv.com pubs.acs.org royalsocietypublishing.org
        sagepub.com science.org sciencedirect.com sciencemag.org semanticscholar.org springer.com
        springeropen.com ssrn.com tandfonline.com thecvf.com usenix.org vldb.org wiley.com
    """
    OTHER = """
        awesome.re bilibili.com discord.gg github.com gitlab.com huggingface.co linkedin.com
        medium.com mp.weixin.qq.com notion.so reddit.com t.me twitter.com wikipedia.org x.com
        youtu.be youtube.com zhihu.com
    """
    PAGE = "github.io shields.io"
    UNKNOWN = ""


# A place's hosts, with all below them, and folders of hosts.
_PLACES = {name: place for place in Place for name in place.value.split()}
# What shows a paper at hosts that stand in no row: how hosts begin, what an address has in it.
_PAPER_HOSTS = ("proceedings.", "papers.", "ojs.", "hal.")
_PAPER_SIGNS = ("/doi/", "proceedings", "/paper/", "/papers/")


@lru_cache(maxsize=65536)
def place_of(url: str) -> Place:
    """Return what stands at an address, as far as host, folder and the ending tell."""
    address = url.casefold()
    host, _, path = address.split("://", 1)[-1].removeprefix("www.").partition("/")
    if ".pdf" in address or host.startswith(_PAPER_HOSTS):
        return Place.PAPER
    labels = host.split(".")
    domains = (".".join(labels[at:]) for at in range(len(labels)))
    for name in (f"{host}/{path.partition('/')[0]}", *domains):
        if name in _PLACES:
            return _PLACES[name]
    return Place.PAPER if any(sign in address for sign in _PAPER_SIGNS) else Place.UNKNOWN


def leads_to_paper(url: str) -> bool:
    """Return whether an address is one of those at which papers stand."""
    return place_of(url) is Place.PAPER


def is_front_page(url: str) -> bool:
    """Return whether an address is that of a whole site."""
    return not url.split("://", 1)[-1].partition("/")[2].strip("/#?")
