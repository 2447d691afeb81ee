"""An entry of a list -> Metadata: who is asked, what is believed, and what happens when services fail."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.resolvers.replay import Replay, Reply
from zsync import config
from zsync.core.metadata import Metadata, Resolution
from zsync.core.model import Checkbox, Entry, Identifier, Link
from zsync.formats import reading_list
from zsync.resolvers import Politeness, Resolver

CRITIC = "https://arxiv.org/abs/2410.00001"
CRITIC_LINE = f"- [ ] **Tiny-Critic**: Learning to Judge Small Models. CVPR2025 [Paper]({CRITIC})"
PAGE = (
    "https://openaccess.thecvf.com/content/CVPR2025/papers/"
    "Moreno_Tiny-Critic_Learning_to_Judge_Small_Models_CVPR_2025_paper.pdf"
)
QUICK = Politeness(tries=2, pause=0.0, timeout=5.0)
Ask = Callable[..., Resolution]


def entries(*lines: str) -> tuple[Entry, ...]:
    return reading_list.parse("# List\n\n## Papers\n" + "\n".join(lines) + "\n").entries


def entry(
    title: str,
    *urls: str,
    venue: str | None = None,
    year: int | None = None,
    authors: str | None = None,
) -> Entry:
    links = tuple(Link("Paper", url) for url in urls)
    return Entry(1, ("P",), Checkbox.UNCHECKED, None, title, venue, year, authors, links)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / ".zsync" / "answers.sqlite"


@pytest.fixture
def ask(services: Replay, cache: Path) -> Iterator[Ask]:
    with Resolver(services.settings(), cache, politeness=QUICK) as resolver:

        def ask_one(entry: Entry | str, known: Metadata | None = None) -> Resolution:
            asked = entries(entry) if isinstance(entry, str) else (entry,)
            (found,) = resolver.resolve(asked, {0: known} if known else {})
            return found

        yield ask_one


def down(services: Replay, *hosts: str, status: int = 503, body: bytes = b"") -> None:
    for host in hosts:
        services.faults[host] = Reply(status, {"content-type": "text/html"}, body)


def found(resolution: Resolution) -> Metadata:
    assert resolution.metadata, resolution
    return resolution.metadata


# --- One paper


def test_preprint_and_published_version_are_one_paper(ask: Ask) -> None:
    paper = found(ask(CRITIC_LINE))
    assert paper.item_type == "conferencePaper"
    assert paper.fields["DOI"] == "10.1109/cvpr52734.2025.00001"
    assert paper.fields["pages"] == "101-110"
    assert paper.fields["extra"] == "arXiv:2410.00001 [cs]"
    assert (
        paper.fields["abstractNote"] == "We teach a small model (a <b) to judge others, as printed."
    )
    assert paper.source == "Crossref, CVF Open Access, arXiv"
    assert [each.kind for each in paper.identifiers] == ["doi", "cvf", "arxiv"]


def test_a_line_without_a_venue_is_the_preprint(ask: Ask, services: Replay) -> None:
    paper = found(ask(f"- [ ] Tiny-Critic: Learning to Judge Small Models. [Paper]({CRITIC})"))
    assert (paper.item_type, paper.fields["DOI"]) == ("preprint", "10.48550/arXiv.2410.00001")
    assert {each.partition("/")[0] for each in services.asked} == {"export.arxiv.org"}


@pytest.mark.parametrize(
    "line",
    [f"- [ ] {CRITIC}", "- [ ] arXiv:2410.00001", "- [ ] 2410.00001", f"- [ ] [Paper]({CRITIC}v1)"],
)
def test_a_bare_line(ask: Ask, line: str) -> None:
    assert found(ask(line)).title == "Tiny-Critic: Learning to Judge Small Models"


def test_a_bare_doi(ask: Ask) -> None:
    paper = found(ask("- [ ] 10.1109/CVPR52734.2025.00001"))
    assert (paper.item_type, paper.fields["pages"]) == ("conferencePaper", "101-110")
    # Crossref has no abstract; the proceedings' page, found by author and title, has, and names the preprint.
    assert paper.fields["abstractNote"].endswith("as printed.")
    assert paper.fields["extra"] == "arXiv:2410.00001 [cs]"


def test_the_published_version_that_arxiv_names(ask: Ask) -> None:
    paper = found(ask("- [ ] arXiv:2411.00002"))
    assert (paper.item_type, paper.fields["DOI"]) == ("journalArticle", "10.5555/prl.115")
    assert paper.fields["extra"] == "arXiv:2411.00002 [hep-ex]"
    assert paper.source == "Crossref, arXiv"


def test_a_venue_that_no_service_knows_leaves_the_preprint(ask: Ask) -> None:
    link = "https://arxiv.org/abs/2412.00003"
    resolution = ask(f"- [ ] Slow Thinking Without Pictures. CVPR2025 [Paper]({link})")
    assert found(resolution).item_type == "preprint"
    assert (resolution.doubt, resolution.unanswered) == ("", "")


def test_a_published_version_of_another_venue_counts_where_the_line_s_own_is_not_found(
    ask: Ask,
) -> None:
    link = "https://arxiv.org/abs/2411.00002"
    paper = found(
        ask(
            entry(
                "Observation of J/ψp Resonances in Λ<sub>b</sub><sup>0</sup> Decays",
                link,
                venue="CVPR",
                year=2025,
            )
        )
    )
    assert paper.fields["publicationTitle"] == "Physical Review Examples & Tests"


@pytest.mark.parametrize(
    ("line", "catalog"),
    [
        ("- [ ] 10.5281/zenodo.1", "DOI.org (Datacite)"),
        ("- [ ] 10.3969/x.1", "DOI.org (CSL JSON)"),
        ("- [ ] https://openreview.net/forum?id=acceptedX1", "openreview.net"),
        ("- [ ] https://openreview.net/forum?id=olderX3", "openreview.net"),
    ],
)
def test_other_services(ask: Ask, line: str, catalog: str) -> None:
    assert found(ask(line)).fields["libraryCatalog"] == catalog


def test_a_page_of_the_proceedings(ask: Ask) -> None:
    paper = found(ask(f"- [ ] {PAGE}"))
    assert paper.source == "Crossref, CVF Open Access, arXiv"


def test_a_page_of_the_proceedings_alone(ask: Ask, services: Replay) -> None:
    down(services, "api.crossref.org", "export.arxiv.org", "api.datacite.org", status=404)
    paper = found(ask(f"- [ ] {PAGE}"))
    assert paper.fields["libraryCatalog"] == "openaccess.thecvf.com"
    assert [each.kind for each in paper.identifiers] == ["cvf"]


def test_a_rejected_submission_is_a_preprint(ask: Ask) -> None:
    link = "https://openreview.net/pdf?id=rejectedX2"
    paper = found(ask(f"- [ ] Can Models Correct Grounding Errors? CVPR2025 [Paper]({link})"))
    assert (paper.item_type, paper.fields["repository"]) == ("preprint", "OpenReview")


def test_what_a_record_says_helps(ask: Ask) -> None:
    known = Metadata("misc", "Tiny-Critic", identifiers=(Identifier("arxiv", "2410.00001"),))
    assert found(ask(entry("Tiny-Critic: Learning to Judge Small Models"), known)).source == "arXiv"


# --- Never the wrong paper


def test_a_link_to_another_paper_is_doubted(ask: Ask) -> None:
    resolution = ask(f"- [ ] A Survey of Something Else. CVPR2025 [Paper]({CRITIC})")
    assert resolution.metadata is None
    assert resolution.doubt == (
        "arXiv 2410.00001 is “Tiny-Critic: Learning to Judge Small Models”, not “A Survey of Something Else”."
    )


def test_a_link_behind_the_first_to_another_paper_does_not_count(ask: Ask) -> None:
    line = entry("Slow Thinking Without Pictures", "https://arxiv.org/abs/2412.00003", CRITIC)
    assert found(ask(line)).title == "Slow Thinking Without Pictures"
    bare = entry("", "https://arxiv.org/abs/2412.00003", CRITIC)
    assert found(ask(bare)).identifiers == (Identifier("arxiv", "2412.00003"),)


def test_a_preprint_of_another_title_that_a_record_names_is_not_believed(
    ask: Ask, services: Replay
) -> None:
    chapter = found(ask("- [ ] 10.1007/978-3-319-00000-4_28"))
    assert any("2412.00003" in each for each in services.asked)
    assert [each.kind for each in chapter.identifiers] == ["doi"]
    assert "extra" not in chapter.fields


def test_an_id_that_arxiv_does_not_know_is_not_repeated(ask: Ask) -> None:
    paper = found(ask(CRITIC_LINE.replace("2410.00001", "2410.99999")))
    assert paper.item_type == "conferencePaper"
    assert paper.fields["extra"] == "arXiv:2410.00001 [cs]"


def test_other_authors_are_another_paper(ask: Ask) -> None:
    resolution = ask(entry("Learning to Judge Small Models", CRITIC, authors="Ada Quark et al."))
    assert resolution.doubt == "arXiv 2410.00001 is not by Ada Quark et al.."


def test_an_answer_about_another_identifier_is_not_accepted(ask: Ask) -> None:
    assert ask("- [ ] 10.5555/another") == Resolution()


def test_a_title_alone_is_not_enough(ask: Ask) -> None:
    title = "Tiny-Critic: Learning to Judge Small Models"
    assert ask(entry(title)).doubt == f"Only the title says that this is “{title}” by Moreno."
    assert (
        found(ask(entry(title, authors="Moreno et al."))).source
        == "Crossref, CVF Open Access, arXiv"
    )
    assert found(ask(entry(title, venue="CVPR", year=2025))).fields["pages"] == "101-110"
    assert ask(entry(title, venue="CVPR", year=2019)) == Resolution()
    assert ask(entry(title, venue="ECCV", year=2025)) == Resolution()


@pytest.mark.parametrize(
    "line", ["- [ ] arXiv:2410.99999", "- [ ] 10.5555/nothing", "- [ ] 10.5555/thin", "- [ ] Notes"]
)
def test_what_no_service_knows(ask: Ask, line: str) -> None:
    assert ask(line) == Resolution()


# --- Services that fail


def test_datacite_stands_in_for_arxiv(ask: Ask, services: Replay) -> None:
    down(services, "export.arxiv.org")
    resolution = ask("- [ ] arXiv:2410.00001")
    assert "DataCite" in found(resolution).source
    assert not resolution.unanswered


def test_the_published_version_suffices_where_arxiv_is_down(ask: Ask, services: Replay) -> None:
    down(services, "export.arxiv.org", "api.datacite.org")
    resolution = ask(CRITIC_LINE)
    assert found(resolution).fields["extra"] == "arXiv:2410.00001"
    assert resolution.unanswered == ""


def test_a_preprint_whose_published_version_could_not_be_asked_for(
    ask: Ask, services: Replay
) -> None:
    down(services, "api.crossref.org", "openaccess.thecvf.com")
    resolution = ask(CRITIC_LINE)
    assert found(resolution).item_type == "preprint"
    assert "Crossref did not answer (HTTP 503)" in resolution.unanswered
    assert "CVF Open Access did not answer" in resolution.unanswered


ALL = ("export.arxiv.org", "api.crossref.org", "api.datacite.org", "api2.openreview.net",
"api.openreview.net", "doi.org", "openaccess.thecvf.com")  # fmt: skip


@pytest.mark.parametrize(
    ("status", "body"),
    [(429, b""), (503, b""), (200, b"<html>Sign in to the network</html>"), (200, b""), (200, b'{"mess'),
     (403, b"<html>Just a moment...</html>"), (200, b"Rate exceeded."),
     (200, b'<!DOCTYPE f [<!ENTITY a "x">]><feed xmlns="http://www.w3.org/2005/Atom"><title>&a;</title></feed>')],
)  # fmt: skip
def test_all_services_fail(
    ask: Ask, services: Replay, cache: Path, status: int, body: bytes
) -> None:
    down(services, *ALL, status=status, body=body)
    for line, name in (
        ("- [ ] arXiv:2410.00001", "arXiv"),
        ("- [ ] 10.5555/prl.115", "Crossref"),
        ("- [ ] https://openreview.net/forum?id=acceptedX1", "OpenReview"),
    ):
        resolution = ask(line)
        assert resolution.metadata is None
        assert name in resolution.unanswered


def test_nobody_is_there(services: Replay, cache: Path) -> None:
    services.drop.update(ALL)
    with Resolver(services.settings(), cache, politeness=QUICK) as resolver:
        resolutions = resolver.resolve(entries(CRITIC_LINE, "- [ ] 10.5555/prl.115"))
    assert all("no connection" in each.unanswered for each in resolutions)


def test_after_the_deadline_the_rest_is_unanswered(services: Replay, cache: Path) -> None:
    with Resolver(services.settings(deadline=1e-9), cache, politeness=QUICK) as resolver:
        (resolution,) = resolver.resolve(entries(CRITIC_LINE))
    assert "the time was up" in resolution.unanswered
    assert services.asked == []


# --- Asking little


def test_arxiv_is_asked_once_for_all(services: Replay, cache: Path) -> None:
    ids = ("2410.00001", "2411.00002", "2410.99999", "2412.00003", "hep-th/9901001")
    with Resolver(services.settings(), cache, politeness=QUICK) as resolver:
        resolutions = resolver.resolve(entries(*(f"- [ ] arXiv:{each}" for each in ids)))
    assert [bool(each.metadata) for each in resolutions] == [True, True, False, True, True]
    (batch,) = [each for each in services.asked if each.startswith("export.arxiv.org")]
    assert "max_results=5" in batch


def test_a_batch_that_arxiv_cuts_is_asked_for_again(services: Replay, cache: Path) -> None:
    whole = services.answer
    services.answer = lambda target: _first_entry_only(whole(target))  # type: ignore[method-assign]
    with Resolver(services.settings(), cache, politeness=QUICK) as resolver:
        resolutions = resolver.resolve(entries("- [ ] arXiv:2410.00001", "- [ ] arXiv:2412.00003"))
    assert all(each.metadata for each in resolutions)


def _first_entry_only(reply: Reply) -> Reply:
    head, _, rest = reply.body.partition(b"</entry>")
    return reply._replace(body=head + b"</entry></feed>") if rest else reply


def test_one_malformed_id_does_not_spoil_the_others(services: Replay, cache: Path) -> None:
    whole = services.answer

    def answer(target: str) -> Reply:
        return Reply(400, {}, b"") if "9901001" in target else whole(target)

    services.answer = answer  # type: ignore[method-assign]
    ids = ("2410.00001", "2412.00003", "hep-th/9901001")
    with Resolver(services.settings(), cache, politeness=QUICK) as resolver:
        resolutions = resolver.resolve(entries(*(f"- [ ] arXiv:{each}" for each in ids)))
    assert [bool(each.metadata) for each in resolutions] == [True, True, False]


def test_the_second_run_asks_nobody(services: Replay, cache: Path) -> None:
    lines = entries(CRITIC_LINE, "- [ ] arXiv:2410.99999", "- [ ] 10.5555/nothing")
    with Resolver(services.settings("me@example.org"), cache, politeness=QUICK) as resolver:
        first = resolver.resolve(lines)
    asked = len(services.asked)
    with Resolver(services.settings(), cache, politeness=QUICK) as resolver:
        assert resolver.resolve(lines) == first
    with Resolver(services.settings(), cache, offline=True) as resolver:
        assert resolver.resolve(lines) == first
    assert len(services.asked) == asked
    assert b"me@example.org" not in cache.read_bytes()


def test_failures_are_not_kept(services: Replay, cache: Path) -> None:
    down(services, *ALL, status=200, body=b"<html>Sign in</html>")
    with Resolver(services.settings(), cache, politeness=QUICK) as resolver:
        assert resolver.resolve(entries(CRITIC_LINE))[0].unanswered
    services.faults.clear()
    with Resolver(services.settings(), cache, politeness=QUICK) as resolver:
        assert resolver.resolve(entries(CRITIC_LINE))[0].metadata


def test_offline_without_an_answer(services: Replay, cache: Path) -> None:
    with Resolver(services.settings(), cache, offline=True) as resolver:
        (resolution,) = resolver.resolve(entries("- [ ] arXiv:2410.00001"))
    assert resolution == Resolution(unanswered="arXiv was not asked; DataCite was not asked")
    assert services.asked == []


def test_what_is_being_done_is_told(services: Replay, cache: Path) -> None:
    told: list[str] = []
    with Resolver(services.settings(), cache, progress=told.append, politeness=QUICK) as resolver:
        resolver.resolve(entries(CRITIC_LINE))
    assert told[:2] == ["Asking arXiv about 1 paper ...", "Asking Crossref about 1 paper ..."]


def test_no_entries_and_no_threads_left(services: Replay, cache: Path) -> None:
    with Resolver(services.settings(), cache) as resolver:
        assert resolver.resolve(()) == ()
        resolver.resolve(entries(CRITIC_LINE))
    assert not [each for each in threading.enumerate() if "ThreadPool" in each.name]


def test_the_services_of_the_settings_are_those_that_are_asked(services: Replay) -> None:
    text = '[zotero]\ncollection = "R"\n[list]\npath = "R.md"\n' + services.table()
    assert (
        config.load(Path("/p/zsync.toml"), text, {}).metadata.endpoints
        == services.settings().endpoints
    )
