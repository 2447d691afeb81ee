"""What waits, in words: the kinds that are rarely seen."""

from zsync.core.library_changes import Held
from zsync.core.model import Checkbox, Entry, Link
from zsync.core.remember import Unwritten
from zsync.outcome import ListOutcome, Outcome
from zsync.report.text import text

OWL = Entry(7, ("Birds",), Checkbox.UNCHECKED, None, "Owls")
ADDRESS = Entry(
    9, ("Birds",), Checkbox.UNCHECKED, None, "", links=(Link("", "https://nest.example"),)
)


def _said(each: ListOutcome, command: str = "pull") -> list[str]:
    return text(Outcome(command, (each,))).splitlines()


def test_words_of_zotero_that_could_not_be_written() -> None:
    each = ListOutcome("L.md", unwritten=(Unwritten(OWL, "title", "OWLS2222", "Owls | at | Noon"),))
    assert _said(each) == [
        "L.md: 1 thing waits",
        "  Zotero's words could not be written here. Write them by hand:",
        "    line 7: title of Owls — “Owls | at | Noon” in Zotero",
        "Nothing to pull.",
    ]


def test_papers_that_no_service_could_be_asked_about_and_those_that_are_an_address() -> None:
    held = (Held(0, "Owls", "arXiv did not answer"),)
    each = ListOutcome("L.md", entries=(OWL, ADDRESS), held=held, missing=(0, 1))
    assert _said(each)[1:-1] == [
        "  Not in the collection. `zsync push` says what it would do, `zsync push --apply` does it:",
        "    line 9: https://nest.example",
        "  Not answered yet. Run again later, or with --offline to make items of the lines alone:",
        "    line 7: Owls — arXiv did not answer",
    ]
