"""The reference list's papers and many broken replies, as written for offline tests beside the project."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.resolvers.replay import Replay, Reply
from zsync.core.metadata import Metadata, Resolution
from zsync.core.model import Checkbox, Entry, Link
from zsync.formats import reading_list
from zsync.resolvers import Politeness, Resolver

QUICK = Politeness(tries=2, pause=0.0, timeout=5.0)


@pytest.fixture(scope="module")
def papers(shared: Path) -> Path:
    folder = shared / "papers"
    if not folder.is_dir():
        pytest.skip("NOT RUN: there are no papers beside the project")
    return folder


@pytest.fixture
def services(papers: Path) -> Iterator[Replay]:
    with Replay(papers / "index.json") as replay:
        yield replay


def resolve(
    services: Replay, cache: Path, *entries: Entry, deadline: float = 60.0
) -> tuple[Resolution, ...]:
    with Resolver(services.settings(deadline=deadline), cache, politeness=QUICK) as resolver:
        return resolver.resolve(entries)


def _agreement(paper: dict[str, Any], found: Metadata) -> dict[str, bool]:
    """Which fields say word for word what is known of the published paper."""
    fields, venue = found.fields, paper["venue"]
    authors = [(each["given"], each["family"]) for each in paper["authors"]]
    preprints = [each.value for each in found.identifiers if each.kind == "arxiv"]
    return {
        "title": found.title == paper["titlePublished"],
        "authors": [(each.first_name, each.last_name) for each in found.creators] == authors,
        "year": fields.get("date", "")[:4] == str(venue["year"]),
        "DOI": fields.get("DOI", "").lower() == venue["doi"].lower(),
        "pages": fields.get("pages") == venue["pages"],
        "venue": fields.get("proceedingsTitle") in (venue["booktitleIeee"], venue["booktitle"]),
        "abstract": fields.get("abstractNote") == paper["abstract"],
        "arXiv id": preprints == ([paper["arxiv"]["id"]] if paper["arxiv"] else []),
        "published": found.item_type == "conferencePaper",
    }


def _counts(papers: Path, resolutions: tuple[Resolution, ...]) -> Counter[str]:
    known = json.loads((papers / "papers.json").read_text(encoding="utf-8"))["papers"]
    counts: Counter[str] = Counter()
    for paper, resolution in zip(known, resolutions, strict=True):
        assert not resolution.doubt
        if resolution.metadata:
            counts.update(
                name for name, same in _agreement(paper, resolution.metadata).items() if same
            )
    return counts


ALL = dict.fromkeys(
    ("title", "authors", "year", "DOI", "pages", "venue", "abstract", "arXiv id", "published"), 24
)


def reference_list(shared: Path) -> tuple[Entry, ...]:
    return reading_list.parse((shared / "reference-list.md").read_text(encoding="utf-8")).entries


def test_the_whole_reference_list(
    shared: Path, papers: Path, services: Replay, tmp_path: Path
) -> None:
    resolutions = resolve(services, tmp_path / "a", *reference_list(shared))
    assert _counts(papers, resolutions) == ALL
    assert not any(each.unanswered for each in resolutions)


def test_without_crossref_the_proceedings_pages_are_found(
    shared: Path, papers: Path, services: Replay, tmp_path: Path
) -> None:
    services.faults["api.crossref.org"] = Reply(503, {}, b"")
    counts = _counts(papers, resolve(services, tmp_path / "a", *reference_list(shared)))
    # Two pages are not found: one title has a space before its colon there, one has a word more.
    assert counts["published"] == counts["pages"] == 22
    assert counts["DOI"] == 0
    assert counts["arXiv id"] == 24


def test_without_arxiv_and_datacite_the_published_versions_are_found(
    shared: Path, papers: Path, services: Replay, tmp_path: Path
) -> None:
    for host in ("export.arxiv.org", "api.datacite.org"):
        services.faults[host] = Reply(503, {}, b"")
    assert _counts(papers, resolve(services, tmp_path / "a", *reference_list(shared))) == ALL


def test_without_published_versions_all_are_preprints(
    shared: Path, papers: Path, services: Replay, tmp_path: Path
) -> None:
    for host in ("api.crossref.org", "openaccess.thecvf.com"):
        services.faults[host] = Reply(404, {}, b"")
    resolutions = resolve(services, tmp_path / "a", *reference_list(shared))
    found = [each.metadata for each in resolutions if each.metadata]
    assert Counter(each.item_type for each in found) == {"preprint": 24}
    assert Counter(each.fields["repository"] for each in found) == {"arXiv": 23, "OpenReview": 1}


# --- Broken replies: nothing is raised, nothing is made up

_LINKS = {
    "export.arxiv.org": "https://arxiv.org/abs/2410.02712",
    "api.crossref.org": "https://doi.org/10.1038/nature14539",
    "api.datacite.org": "https://doi.org/10.1038/nature14539",
    "doi.org": "https://doi.org/10.1038/nature14539",
    "api2.openreview.net": "https://openreview.net/forum?id=fO1xnmW8T6",
    "openaccess.thecvf.com": "https://openaccess.thecvf.com/content/CVPR2025/html/"
    "Xiong_LLaVA-Critic_Learning_to_Evaluate_Multimodal_Models_CVPR_2025_paper.html",
}
# Whole all the same: a byte-order mark is no fault. (The feed in Latin-1 is whole too, but about another id.)
_WHOLE = frozenset(("crossref-bom.json",))
# Not in the service's form, whatever their status says.
_UNUSABLE = frozenset(
    (
        "arxiv-200-rate-exceeded.txt",
        "arxiv-truncated.atom.xml",
        "arxiv-malformed-entity.atom.xml",
        "arxiv-html-instead.html",
        "arxiv-empty-body.atom.xml",
        "xml-entity-expansion.xml",
        "xml-external-entity.xml",
        "crossref-html-200.html",
        "crossref-truncated.json",
        "crossref-no-message.json",
        "crossref-bad-utf8.json",
        "openreview-challenge.html",
        "doi-html-instead.html",
    )
)


def test_all_broken_replies(papers: Path, tmp_path: Path) -> None:
    index = json.loads((papers / "index.json").read_text(encoding="utf-8"))["replies"]
    broken = [row for row in index if row["body"].startswith("errors/")]
    told: Counter[str] = Counter()
    for number, row in enumerate(broken):
        host = row["request"].removeprefix("https://").partition("/")[0]
        if host not in _LINKS:
            continue
        outcome = _outcome(papers, tmp_path / str(number), host, row)
        told[outcome] += 1
        name = Path(row["body"]).name
        assert (outcome == "found") == (name in _WHOLE), (name, outcome)
        # Said to be gone, or to be another paper: nothing to try later. All the rest may work in a while.
        temporary = row["status"] in (429, 502, 503) or name in _UNUSABLE
        assert (outcome == "unanswered") == temporary, (name, outcome)
    assert sum(told.values()) == len(broken) - 3


def _outcome(papers: Path, cache: Path, host: str, row: dict[str, Any]) -> str:
    """What comes of an entry whose only service gives this reply to everything."""
    reply = Reply(row["status"], dict(row["headers"]), (papers / row["body"]).read_bytes())
    entry = Entry(1, ("P",), Checkbox.UNCHECKED, None, "", links=(Link("Paper", _LINKS[host]),))
    with Replay(papers / "index.json") as services:
        for other in (*_LINKS, "api.openreview.net"):
            services.faults[other] = Reply(404, {}, b"")
        services.faults[host] = reply
        (resolution,) = resolve(services, cache, entry, deadline=1.5)
    assert not resolution.doubt
    if resolution.metadata:
        return "found"
    return "unanswered" if resolution.unanswered else "nothing"


def test_3000_authors(papers: Path, services: Replay, tmp_path: Path) -> None:
    row = services.answer("export.arxiv.org/api/query?id_list=2409.17146")
    people = b"".join(
        b"<author><name>Given Name%d</name></author>" % number for number in range(3000)
    )
    services.faults["export.arxiv.org"] = row._replace(
        body=row.body.replace(b"</entry>", people + b"</entry>")
    )
    # Crossref knows the published version, with its fifty authors.
    services.faults["api.crossref.org"] = Reply(404, {}, b"")
    entry = Entry(1, ("P",), Checkbox.UNCHECKED, None, "2409.17146")
    (resolution,) = resolve(services, tmp_path / "a", entry)
    assert resolution.metadata
    assert len(resolution.metadata.creators) == 3050
