"""What a push does with what the metadata services know: the whole way, with services that run here."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.resolvers.replay import Replay, Reply
from tests.world import BIB, World, paper
from zsync.config import Endpoints

SERVICES = Path(__file__).parent / "resolvers" / "services" / "index.json"
CRITIC = "https://arxiv.org/abs/2410.00001"
LINE = f"- [x] **Tiny-Critic**: Learning to Judge Small Models. CVPR2025 [Paper]({CRITIC})"
TEXT = f"# Papers\n\n## Vision\n{LINE}\n"
BUSY = Reply(503, {"content-type": "text/plain"}, b"come back later")


@pytest.fixture
def services() -> Iterator[Replay]:
    """The services, as they answer about a few papers."""
    with Replay(SERVICES) as server:
        yield server


@pytest.fixture
def listed(world: World, services: Replay) -> World:
    """A list of one paper and an empty collection."""
    endpoints = services.settings().endpoints
    lines = [f'{name} = "{getattr(endpoints, name)}"' for name in Endpoints.__dataclass_fields__]
    world.collection()
    world.text = TEXT
    world.settle(extra="[metadata]\ndeadline = 5\n[metadata.endpoints]\n" + "\n".join(lines) + "\n")
    return world


def papers(world: World) -> list[dict[str, Any]]:
    """Return the regular items of the library."""
    return [item["data"] for item in world.zotero.everything(world.zotero.top())]


def full_line(typed: str) -> str:
    """Return the line of the paper, not ticked, with the address that was typed or that it stands for."""
    is_doi = typed.startswith("10.")
    return LINE.replace("[x]", "[ ]").replace(
        CRITIC, f"https://doi.org/{typed.lower()}" if is_doi else CRITIC
    )


def test_a_paper_and_its_preprint_are_one_item_the_published_one(listed: World) -> None:
    listed.do("push", "--apply")
    (item,) = papers(listed)
    assert item["itemType"] == "conferencePaper"
    assert item["title"] == "Tiny-Critic: Learning to Judge Small Models"
    assert item["shortTitle"] == "Tiny-Critic"
    assert item["DOI"].casefold() == "10.1109/cvpr52734.2025.00001"
    assert item["pages"] == "101-110"
    assert item["url"] == CRITIC
    assert item["extra"] == "arXiv:2410.00001 [cs]"
    assert item["creators"][0] == {
        "creatorType": "author",
        "firstName": "Ana",
        "lastName": "Moreno",
    }
    assert {"tag": "read"} in item["tags"]
    listed.do("pull")
    assert listed.text == TEXT


def test_the_answers_are_kept_so_that_applying_asks_nobody_again(
    listed: World, services: Replay
) -> None:
    listed.do("push")
    asked = len(services.asked)
    assert asked
    listed.do("push", "--apply")
    assert len(services.asked) == asked


def test_nobody_is_asked_offline(listed: World, services: Replay) -> None:
    listed.do("push", "--offline", "--apply")
    assert not services.asked
    (item,) = papers(listed)
    assert item["title"] == "Tiny-Critic: Learning to Judge Small Models"


def test_another_paper_than_the_line_names_waits_for_a_person_in_status(listed: World) -> None:
    listed.text = TEXT.replace(
        "**Tiny-Critic**: Learning to Judge Small Models", "**Other**: Quite Another Paper"
    )
    said = listed.do("push", "--apply")
    assert "A person has to look:\n    line 4: Other: Quite Another Paper — " in said
    assert not papers(listed)
    assert "line 4: Other: Quite Another Paper — " in listed.do("status")
    assert listed.run("status", "--check").code == 1


def test_a_service_that_is_down_lets_the_paper_wait(listed: World, services: Replay) -> None:
    for host in ("export.arxiv.org", "api.datacite.org", "api.crossref.org", "doi.org"):
        services.faults[host] = BUSY
    services.faults["openaccess.thecvf.com"] = BUSY
    said = listed.do("push", "--apply")
    assert (
        "Not answered yet. Run again later, or with --offline to make items of the lines alone:"
        in said
    )
    assert not papers(listed)
    services.faults.clear()
    listed.do("push", "--apply")
    assert len(papers(listed)) == 1


@pytest.mark.parametrize(
    "typed", [CRITIC, "arXiv:2410.00001", "2410.00001", "10.1109/CVPR52734.2025.00001"]
)
def test_an_address_typed_by_hand_becomes_a_full_entry(listed: World, typed: str) -> None:
    others = "".join(
        f"- [ ] **{name}**: A Paper on {name}. CVPR2024 [Paper](https://{name}.example/)\n"
        for name in ("Alpha", "Beta")
    )
    listed.text = f"# Papers\n\n## Vision\n{others}- [ ] {typed}\n"
    listed.do("sync")
    assert listed.text == f"# Papers\n\n## Vision\n{others}{full_line(typed)}\n"
    assert len(papers(listed)) == 3
    text = listed.text
    listed.do("sync")
    assert listed.text == text


def test_an_address_of_which_nobody_knows_anything_waits(listed: World) -> None:
    listed.text = TEXT + "- [ ] https://nobody.example/knows/this\n"
    said = listed.do("sync")
    assert "nothing is known of this address; write a title next to it" in said
    assert "- [ ] https://nobody.example/knows/this\n" in listed.text


def test_no_key_and_no_note_reaches_a_service(listed: World, services: Replay) -> None:
    listed.text = TEXT + "\n  A private thought about this paper.\n"
    listed.do("push", "--apply")
    told = repr((services.asked, services.headers))
    assert listed.key not in told
    assert "private" not in told


# --- what became of a paper ---

DEW = "10.5555/dew"
_WORK = {
    "DOI": DEW,
    "type": "journal-article",
    "member": "1",
    "title": ["RETRACTED: Dew and the <scp>RNA</scp> of Meadows"],
    "author": [{"family": "Moreno", "given": "Ana"}],
    "container-title": ["Meadow Letters"],
    "issued": {"date-parts": [[1998]]},
    "updated-by": [
        {"type": "erratum", "DOI": "10.5555/dew.e", "updated": {"date-parts": [[2004, 3]]}},
        {"type": "retraction", "DOI": "10.5555/dew.r", "updated": {"date-parts": [[2010, 2, 6]]}},
    ],
}
_TOLD = (
    "RETRACTED: Dew and the RNA of Meadows — corrected 2004-03 (https://doi.org/10.5555/dew.e); "
    "retracted 2010-02-06 (https://doi.org/10.5555/dew.r)"
)


@pytest.fixture
def retracted(listed: World, services: Replay) -> World:
    """A list of one bare DOI, of a paper that was corrected and then retracted; and a .bib."""
    answer = json.dumps({"message": _WORK}).encode()
    services.faults["api.crossref.org"] = Reply(200, {"content-type": "application/json"}, answer)
    settings = listed.folder / "zsync.toml"
    text = settings.read_text("utf-8").replace("[metadata]", f'[bib]\npath = "{BIB}"\n\n[metadata]')
    settings.write_text(text, "utf-8")
    listed.text = f"# Papers\n\n## Vision\n- [ ] {DEW}\n"
    return listed


def test_a_retraction_is_tagged_and_told_by_status_and_check(retracted: World) -> None:
    assert "fate     retracted 2010-02-06 (https://doi.org/10.5555/dew.r)" in retracted.do("push")
    retracted.do("sync")
    (item,) = papers(retracted)
    assert {"tag": "retracted", "type": 1} in item["tags"]
    assert {"tag": "corrected", "type": 1} in item["tags"]
    assert "tex.retracted: 2010-02-06 doi:10.5555/dew.r" in item["extra"].splitlines()
    assert "shortTitle" not in item or item["shortTitle"] == ""
    assert f"    line 4: {_TOLD}\n" in retracted.do("status")
    assert retracted.run("status", "--check").code == 0
    checked = retracted.run("check")
    told = _TOLD.partition(" — ")[2]
    assert (
        f"“RETRACTED: Dew and the RNA of Meadows”: {told}. Look before you cite it." in checked.out
    )
    assert checked.code == 0
    assert "::warning file=" in retracted.do("check", "--github")


def test_small_capitals_are_letters_in_the_list(retracted: World) -> None:
    retracted.do("sync")
    (item,) = papers(retracted)
    assert "<span" in item["title"]
    assert "RETRACTED: Dew and the RNA of Meadows" in retracted.text
    assert "**RETRACTED**" not in retracted.text
    assert retracted.do("sync").startswith("In step")


def test_the_settings_name_the_tags_or_none(retracted: World) -> None:
    settings = retracted.folder / "zsync.toml"
    tags = '[metadata.tags]\nretracted = "do not cite"\ncorrected = ""\n'
    settings.write_text(settings.read_text("utf-8") + tags, "utf-8")
    retracted.do("push", "--apply")
    (item,) = papers(retracted)
    assert [each["tag"] for each in item["tags"]] == ["do not cite"]


def test_a_short_title_that_is_a_notice_is_no_short_name(world: World) -> None:
    home = world.collection()
    world.add(
        paper("RETRACTED: Dew", "https://dew.example/", shortTitle="RETRACTED", collections=[home])
    )
    world.text = "# Papers\n"
    world.settle()
    world.do("pull")
    assert "RETRACTED: Dew" in world.text
    assert "RETRACTED: Dew — retracted" in world.do("status")
