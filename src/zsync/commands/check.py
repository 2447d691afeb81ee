"""Whether the files of a repository agree: list, lock and bibliography, without a key or a network."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zsync import files
from zsync.bibliography import FORMATS, Records
from zsync.config import LOCK_FILE, SECRETS_FILE, ListSettings, Settings
from zsync.core import fates, fields
from zsync.core.base import Base, EntryBase, locate
from zsync.core.changes import Settled, beginning
from zsync.core.cite.policy import BibFormat
from zsync.core.entry_fields import FIELDS, of_entry
from zsync.core.fields import digest, entry_name
from zsync.core.identity import Sign, Traits, Verdict, judge
from zsync.core.known import KnownTitles
from zsync.core.model import Entry
from zsync.errors import FileError
from zsync.formats.bib.bibtex import BibliographyError
from zsync.formats.bib.metadata import metadata_of
from zsync.session import offline
from zsync.workspace import Workspace

if TYPE_CHECKING:
    from zsync.formats.reading_list import ReadingList


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree: in which file, on which line (1-based), what, and what to do."""

    file: str
    line: int | None
    what: str
    advice: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, and what was looked at: how many entries, and how many of them have no item.

    ``fates`` tell of papers that were retracted, corrected or doubted; that is no disagreement.
    """

    findings: tuple[Finding, ...]
    entries: int = 0
    unlinked: int = 0
    fates: tuple[Finding, ...] = ()


def check(settings: Settings) -> Checked:
    """Look whether the files of a repository agree with each other.

    Raises:
        FileError: a file cannot be read, or the lock belongs to another library.

    """
    workspace = Workspace(settings)
    _ = workspace.library
    workspace.check_merges()
    findings: list[Finding] = []
    told: list[Finding] = []
    entries = unlinked = 0
    for each in settings.lists:
        found, in_zotero = _list_and_words_of_zotero(workspace, each)
        base = workspace.base(each)
        located = locate(base, found.entries).entries
        entries += len(found.entries)
        unlinked += len(found.entries) - len(located)
        lines = {key: index for index, (key, _) in located.items()}
        said = {key: found.entries[index] for key, index in lines.items()}
        findings.extend(_differences(each, found.entries, located, in_zotero))
        findings.extend(_twice(each, found.entries, located))
        records = _records(each)
        findings.extend(_bibliography(workspace, each, records, base, said))
        told.extend(_fates(workspace, each, records, found.entries))
    findings.extend(_strangers(workspace, settings))
    findings.extend(_of_the_folder(workspace, settings))
    return Checked(tuple(findings), entries, unlinked, tuple(told))


def known_titles(settings: Settings, each: ListSettings) -> KnownTitles:
    """Return the titles by which every command reads a list, without asking Zotero.

    Raises:
        FileError: the lock cannot be read, or belongs to another library.

    """
    workspace = Workspace(settings)
    if not workspace.has_mirror:
        return KnownTitles.of(workspace.base(each))
    with offline(settings) as session:
        return session.known_titles(each)


def _list_and_words_of_zotero(
    workspace: Workspace, each: ListSettings
) -> tuple["ReadingList", Mapping[tuple[int, str], str] | None]:
    """Read a list, and give what Zotero says where nobody chose yet, by entry and field.

    The latter is None where no mirror says it.
    """
    if workspace.has_mirror and each.path is not None:
        with offline(workspace.settings) as session:
            if session.mirror.version() is not None:
                sides = session.sides(each)
                return sides.found, {
                    (one.entry, one.field): one.in_zotero
                    for one in sides.plan.waiting
                    if one.settled is Settled.BY_CHOICE and one.entry is not None
                }
    return workspace.read_list(each, KnownTitles.of(workspace.base(each))), None


def _differences(
    each: ListSettings,
    entries: Sequence[Entry],
    located: Mapping[int, tuple[str, EntryBase]],
    in_zotero: Mapping[tuple[int, str], str] | None,
) -> Iterator[Finding]:
    """Name the titles and notes that were left to differ from Zotero's when the list was linked.

    The lock knows of them alone; what Zotero says, the mirror has to tell.
    """
    for index, (_, known) in sorted(located.items()):
        entry = entries[index]
        said = of_entry(entry)
        for field in FIELDS:
            name, base = field.name, known.of(field.name)
            if (
                base is None
                or not field.is_judged
                or not base.own
                or base.settled
                or base.in_list != digest(said.get(name))
            ):
                continue
            if in_zotero is not None and (index, name) not in in_zotero:
                continue
            there = "other words" if in_zotero is None else f"“{beginning(in_zotero[index, name])}”"
            here = beginning(field.shown(entry, said.get(name)))
            line = entry.line
            yield Finding(
                each.name,
                line,
                f"the {name} is “{here}” here and {there} in Zotero",
                f"Run `zsync pull --overwrite {line}`, `zsync push --take {line} --apply` or "
                f"`zsync link --keep {line}`.",
            )


def _records(each: ListSettings) -> Records | None:
    """Read a list's .bib; None where there is none.

    Raises:
        FileError: it cannot be read.

    """
    text = files.read_if_there(each.bib.path) if each.bib else None
    if each.bib is None or text is None:
        return None
    try:
        return FORMATS[each.bib.policy.format].parse(text)
    except BibliographyError as cause:
        raise FileError(each.bib.path, f"{cause.what}.", "Fix it.", where=cause.line) from cause


def _bibliography(
    workspace: Workspace,
    each: ListSettings,
    found: Records | None,
    base: Base,
    said: Mapping[str, Entry],
) -> Iterator[Finding]:
    """Compare the records of a .bib with the citation keys of the items that stand in the list."""
    if each.bib is None:
        return
    name = workspace.relative(each.bib.path)
    if found is None:
        if any(item.citation_key for item in base.items.values()):
            yield Finding(name, None, "the file is missing", "Run `zsync bib`.")
        return
    form = each.bib.policy.format
    for flaw in found.flaws:
        lost = "may read nothing after it" if flaw.start in found.unclosed else "does not read it"
        yield Finding(name, flaw.line, flaw.reason, f"Fix it; BibTeX {lost}.")
    seen: dict[str, int] = {}
    folded: dict[str, str] = {}
    for record in found.records:
        if record.key in seen:
            what = f"the key {record.key} stands on line {seen[record.key]} already"
            yield Finding(name, record.line, what, "Give each record a key of its own.")
        elif form is not BibFormat.CSLJSON and (other := folded.get(record.key.casefold())):
            what = f"the key {record.key} differs from {other} in capitals alone; BibTeX takes the first"
            yield Finding(name, record.line, what, "Give each record a key of its own.")
        seen.setdefault(record.key, record.line)
        folded.setdefault(record.key.casefold(), record.key)
    for key, item in sorted(base.items.items()):
        if not item.citation_key or key not in said:
            continue
        entry = said[key]
        named = f"“{entry_name(entry)}”"
        if item.citation_key not in seen:
            what = f"{named} has no record {item.citation_key} in {name}"
            yield Finding(each.name, entry.line, what, "Run `zsync bib`.")
        elif item.record is None and (
            objection := _another_paper(found, item.citation_key, entry, form)
        ):
            what = (
                f"{named} has the key {item.citation_key} of another paper in {name}: {objection}"
            )
            advice = "Give its item another citation key in Zotero and run `zsync bib`."
            yield Finding(each.name, entry.line, what, advice)


def _another_paper(found: Records, key: str, entry: Entry, form: BibFormat) -> str:
    """Say in what a record that somebody else wrote shows that it is of another paper than the entry."""
    metadata = metadata_of(found, found.by_key[key], form)
    judgement = judge(Traits.of_entry(entry), Traits.of_metadata(metadata))
    is_other = judgement.verdict is Verdict.OTHER and Sign.IDENTIFIER in judgement.differs
    return judgement.objection if is_other else ""


def _twice(
    each: ListSettings,
    entries: Sequence[Entry],
    located: Mapping[int, tuple[str, EntryBase]],
) -> Iterator[Finding]:
    """Name the papers that stand twice in one section, as a merge in git leaves them."""
    first: dict[tuple[str, tuple[str, ...]], int] = {}
    for index, (key, _) in sorted(located.items()):
        entry = entries[index]
        line = first.setdefault((key, entry.section), entry.line)
        if line != entry.line:
            what = f"“{entry_name(entry)}” stands on line {line} of the same section already"
            yield Finding(each.name, entry.line, what, "Take one of the two lines out.")


def _of_the_folder(workspace: Workspace, settings: Settings) -> Iterator[Finding]:
    """Name what is wrong with the files beside the lists: a lock that is gone, a key that git keeps."""
    if not workspace.has_lock:
        what = "it is not there, so nothing is known of what list and Zotero said"
        yield Finding(LOCK_FILE, None, what, "Take it from git's history, or run `zsync link`.")
    if files.is_in_git(settings.folder / SECRETS_FILE):
        undo = f"`git rm --cached {SECRETS_FILE}`"
        advice = f"Make a new key in Zotero, delete the old one there, and run {undo}."
        yield Finding(SECRETS_FILE, None, "it is in git, and your key with it", advice)


def _fates(
    workspace: Workspace, each: ListSettings, found: Records | None, entries: Sequence[Entry]
) -> Iterator[Finding]:
    """Name what became of papers: by the records of the .bib; without one, by the titles in the list."""
    if each.bib is None:
        for entry in entries:
            yield from _fate(each.name, entry.line, entry_name(entry), "")
    if each.bib is None or found is None:
        return
    name, form = workspace.relative(each.bib.path), each.bib.policy.format
    for record in found.records:
        if fates.may_tell(found.text[record.start : record.end]):
            metadata = metadata_of(found, record, form)
            yield from _fate(name, record.line, metadata.title, metadata.fields.get("extra", ""))


def _fate(file: str, line: int, title: str, extra: str) -> Iterator[Finding]:
    if told := fates.told(title, extra):
        what = f"“{fields.shown_title(title)}”: {'; '.join(map(str, told))}"
        yield Finding(file, line, what, "Look before you cite it.")


def _strangers(workspace: Workspace, settings: Settings) -> Iterator[Finding]:
    """Name the lists that the lock knows and the settings do not."""
    for name in sorted(workspace.locked_lists - {each.name for each in settings.lists}):
        what = f"it knows the list {name}, which zsync.toml does not name"
        yield Finding(LOCK_FILE, None, what, "Name the list again, or take its lines out.")
