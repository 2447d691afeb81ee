"""The command line: each command parses, calls one function, prints its report and exits.

Data goes to stdout, words and progress to stderr. Everything heavy is imported inside the command that
needs it.
"""

import errno
import io
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from zsync import __version__
from zsync.core.foreign_text import shown, shown_in_json
from zsync.errors import FileError, SettingsError, Unreachable, UsageError, ZsyncError

if TYPE_CHECKING:
    from datetime import datetime

    from zsync.bibliography import BibOutcome
    from zsync.commands.cited import CitedPart
    from zsync.config import Settings
    from zsync.core.known import KnownTitles
    from zsync.formats.reading_list import ReadingList
    from zsync.outcome import Outcome
    from zsync.pushing import PushOptions
    from zsync.zotero.delta import Progress

INTERRUPTED = 130
BUG = 70
_PATIENCE = 1.0
_MOST_ADDITIONS = 1000
_ALLOW_OUTSIDE = "--allow-outside"
_F = TypeVar("_F", bound=Callable[..., object])


def run(arguments: Sequence[str]) -> int:
    """Run a command and give its exit code; every error becomes two sentences on stderr."""
    _speak_utf8()
    try:
        # Not by cli.main(), which ends with 1 when the reader of a pipe goes away.
        with cli.make_context("zsync", list(arguments)) as context:
            result = cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except ZsyncError as error:
        _complain(error.what, error.advice)
        return error.exit_code
    except click.ClickException as error:
        told = io.StringIO()
        error.show(told)
        _say(told.getvalue(), err=True, nl=False)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _complain("Interrupted.", "Run the same command again; it goes on where it stopped.")
        return INTERRUPTED
    except MemoryError:
        _complain("There is not enough memory for this.", "Close other programs and run again.")
        return Unreachable.exit_code
    except BrokenPipeError:
        # The reader of our output (such as `head`) went away; say nothing into the closed pipe.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: a bug, told in one line
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            _complain(
                "The output could not be written: no space is left.", "Files are as reported."
            )
            return UsageError.exit_code
        _complain(f"This is a bug in zsync: {type(error).__name__}.", _keep_trace())
        return BUG
    return result if isinstance(result, int) else 0


def _speak_utf8() -> None:
    """Read and write UTF-8, whatever the system's habit: lists and citations are UTF-8 files."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                encoding="utf-8", errors="strict" if stream is sys.stdin else "replace"
            )


def _say(text: str, *, err: bool = False, nl: bool = True, color: bool | None = None) -> None:
    """Print text for people; what others wrote in it cannot act on a terminal."""
    click.echo(shown(text), err=err, nl=nl, color=color)


def _say_diff(diff: str, color: bool | None) -> None:
    """Print a unified diff, in colour where a terminal is there."""
    colors = {"+": "green", "-": "red", "@": "cyan"}
    lines = shown(diff).splitlines(keepends=True)
    painted = "".join(click.style(line, fg=colors.get(line[:1])) for line in lines)
    click.echo(painted, nl=False, color=color)


def _give(text: str) -> None:
    """Print data for programs as it is; a terminal gets it as people do."""
    click.echo(shown(text) if sys.stdout.isatty() else text, nl=False)


def _give_json(text: str) -> None:
    """Print JSON; its values are as they are, and still nothing in it acts on a terminal."""
    click.echo(shown_in_json(text))


def _complain(what: str, advice: str = "") -> None:
    name = click.style("zsync:", fg="red")
    click.echo(f"{name} {shown(what)}", err=True, color=_color(None))
    if advice:
        _say(advice, err=True)


def _keep_trace() -> str:
    """Keep the trace of a bug in a file of its own: it may show paths, so it is not printed.

    What others wrote may stand in it: a person opens the file in a terminal, so nothing in it acts there.
    """
    from zsync import files

    path = Path(click.get_app_dir("zsync")) / "trace.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.make_private(path)
        path.write_text(shown(f"zsync {__version__}\n{traceback.format_exc()}"), encoding="utf-8")
    except OSError as cause:
        return f"Its trace could not be kept ({cause.strerror})."
    return f"Its trace is in {path}; please send it with a report."


# -- what the commands share ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Manner:
    """How to speak: as JSON, with a diff, quietly, with progress also into a file, in colour.

    ``report_file`` takes the report in Markdown besides. ``everything``: cut no list short.
    """

    json: bool = False
    diff: bool = False
    quiet: bool = False
    verbose: bool = False
    color: bool | None = None
    report_file: Path | None = None
    everything: bool = False


def _manner_options(*, with_diff: bool) -> Callable[[_F], _F]:
    options = [
        click.option("--json", "as_json", is_flag=True, help="Print JSON for programs."),
        click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors."),
        click.option("-v", "--verbose", is_flag=True, help="Show progress even into a file."),
        click.option("--no-color", is_flag=True, help="No colours (also by NO_COLOR)."),
    ]
    if with_diff:
        options.insert(0, click.option("--diff", is_flag=True, help="Show a diff of the files."))

    def decorate(command: _F) -> _F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def _config_option(command: _F) -> _F:
    """Add the options of the settings to a command; what they may lead to is asked where they are read."""
    options = (
        click.option(
            "--config",
            type=click.Path(path_type=Path),
            help="The settings file; else zsync.toml here or in a folder above.",
        ),
        click.option(
            _ALLOW_OUTSIDE,
            is_flag=True,
            expose_value=False,
            callback=lambda context, _, value: context.meta.update({_ALLOW_OUTSIDE: value}),
            help="Let paths and links of the settings leave the repository.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


_entries_argument = click.argument("entries", metavar="[ENTRY]...", nargs=-1)


def _check_entries(entries: Sequence[str], is_wanted: bool, option: str) -> None:
    """Make sure that entries are named to an option."""
    if entries and not is_wanted:
        raise UsageError(
            f"It is not said what to do with {entries[0]!r}.",
            f"To choose an entry, write {option} {entries[0]}.",
        )


_report_option = click.option(
    "--report-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a report in Markdown there as well.",
)


def _manner(options: Mapping[str, Any]) -> _Manner:
    return _Manner(
        json=options["as_json"],
        diff=options.get("diff", False),
        quiet=options["quiet"],
        verbose=options["verbose"],
        color=_color(False if options["no_color"] else None),
        report_file=options.get("report_file"),
        everything=options.get("everything", False),
    )


def _color(wanted: bool | None) -> bool | None:
    """Return click's colour switch: None lets it look whether a terminal is there."""
    return False if os.environ.get("NO_COLOR") else wanted


def _settings(config: Path | None, max_removals: str | None = None) -> "Settings":
    """Read the settings; ``max_removals`` is what an option says instead of them."""
    from zsync import config as settings
    from zsync import files

    path = config if config is not None else settings.find(Path.cwd())
    text = files.read(path)
    own = Path(click.get_app_dir("zsync")) / settings.PERSONAL_FILE
    found = settings.load(
        path,
        text,
        os.environ,
        beside=_secrets(path.parent / settings.SECRETS_FILE),
        servers=settings.load_servers(own, files.read_if_there(own) or ""),
        allow_outside=click.get_current_context().meta.get(_ALLOW_OUTSIDE, False),
    )
    return found if max_removals is None else replace(found, max_removals=_share(max_removals))


def _secrets(path: Path) -> Mapping[str, str]:
    """Return what a .env file beside the settings adds to the environment."""
    if not path.exists():
        return {}
    from dotenv import dotenv_values

    from zsync import files

    # As it stands: what names another variable would carry its secret into an address or a message.
    text = files.read(path).removeprefix("\ufeff")
    found = dotenv_values(stream=io.StringIO(text), interpolate=False)
    return {name: value for name, value in found.items() if value is not None}


class _Progress:
    """One line on stderr about work that takes longer than a second; none where nobody looks."""

    def __init__(self, manner: _Manner) -> None:
        self.shows = not manner.quiet and (manner.verbose or sys.stderr.isatty())
        self.overwrites = sys.stderr.isatty()
        self.started = time.monotonic()
        self.width = 0

    def __call__(self, what: str, done: int, total: int) -> None:
        if not self.shows or time.monotonic() - self.started < _PATIENCE:
            return
        line = shown(f"{what} … {done}/{total}" if done else f"{what} … {total or ''}".rstrip())
        if self.overwrites:
            click.echo("\r" + line.ljust(self.width), err=True, nl=False)
            self.width = len(line)
        else:
            _say(line, err=True)

    def clear(self) -> None:
        """Take the line away before the report is printed."""
        if self.width:
            click.echo("\r" + " " * self.width + "\r", err=True, nl=False)


def _show(outcome: "Outcome", manner: _Manner) -> None:
    """Print an outcome: data on stdout, words on stderr where JSON or a diff is the data."""
    if manner.quiet:
        return
    if outcome.said:
        if manner.json:
            _give_json(outcome.said["json"])
        else:
            _say(outcome.said["text"], err=manner.diff, color=manner.color)
        return
    if manner.json:
        from zsync.report.as_json import as_json

        _give_json(as_json(outcome))
        return
    from zsync.report.text import text

    if manner.diff:
        from zsync.report.diff import diff

        _say_diff(diff(outcome), manner.color)
    _say(text(outcome, everything=manner.everything), err=manner.diff, color=manner.color)


def _carry_out(command: Callable[["Progress"], "Outcome"], manner: _Manner) -> "Outcome":
    """Run a command with its progress shown, report what came of it, and give that."""
    progress = _Progress(manner)
    try:
        outcome = command(progress)
    except ZsyncError as error:
        _write_report(manner, lambda report, told=error: report.failure(told.what, told.advice))
        raise
    finally:
        progress.clear()
    _write_report(manner, lambda report: outcome.said.get("markdown") or report.markdown(outcome))
    _show(outcome, manner)
    if outcome.refusal:
        raise outcome.refusal
    return outcome


def _in_every_form(outcome: "Outcome") -> Mapping[str, str]:
    """Return a report in every form; whoever finds nothing new has it from an earlier run."""
    from zsync.report.repeated import in_every_form

    return in_every_form(outcome)


def _write_report(manner: _Manner, make: Callable[..., str]) -> None:
    """Write the report in Markdown, where one is wanted."""
    if manner.report_file is None:
        return
    from zsync import files
    from zsync.report import markdown

    files.write(manner.report_file, shown(make(markdown)))


# -- the commands -----------------------------------------------------------------------------------


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="zsync %(version)s")
def cli() -> None:
    """Keep a Markdown reading list and a BibTeX file in step with Zotero.

    Zotero is the source of truth: tick, note, add and move papers there, then run `zsync pull`.
    New here? `zsync demo` shows the whole loop with no account.
    """


@cli.command()
@_config_option
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option(
    "--overwrite",
    is_flag=True,
    help="Write every linked entry, or these ENTRIES, again from Zotero, over what only the list has too.",
)
@_entries_argument
@click.option(
    "--add",
    metavar="KEY",
    multiple=True,
    help="Write this item's entry although the list seems to name the paper (item or citation key).",
)
@click.option("--strict", is_flag=True, help="Write nothing while a match is uncertain (exit 3).")
@click.option("--max-removals", metavar="N%", help="How many entries may leave the list at once.")
@_report_option
@_manner_options(with_diff=True)
def pull(
    config: Path | None, max_removals: str | None, entries: tuple[str, ...], **options: Any
) -> int:
    """Bring the list, and the .bib if there is one, in step with Zotero.

    An ENTRY is a line, a citation key or an item key.
    """
    from zsync.commands import pull as commands_pull

    _check_entries(entries, options["overwrite"], "--overwrite")
    manner = _manner(options)
    settings = _settings(config, max_removals)
    chosen = commands_pull.PullOptions(
        options["dry_run"], options["overwrite"], options["strict"], entries, options["add"]
    )
    _carry_out(
        lambda progress: commands_pull.pull(settings, chosen, progress, _in_every_form), manner
    )
    return 0


_push_options = (
    click.option(
        "--max-retitles",
        metavar="N",
        type=click.IntRange(0),
        help="How many titles may change in Zotero at once.",
    ),
    click.option("--offline", is_flag=True, help="Ask no metadata service about new papers."),
    click.option(
        "--yes",
        is_flag=True,
        help=f"Make up to {_MOST_ADDITIONS:,} items in one run, if it must be.",
    ),
    click.option(
        "--removals",
        type=click.Choice(["keep", "collection"]),
        default="keep",
        help="What becomes of entries taken out of the list: nothing, or they leave the collection.",
    ),
)


def _with_push_options(command: _F) -> _F:
    for option in reversed(_push_options):
        command = option(command)
    return command


def _pushing(settings: "Settings", options: Mapping[str, Any]) -> "PushOptions":
    from zsync.pushing import PushOptions

    most, retitles = settings.max_additions, options["max_retitles"]
    return PushOptions(
        apply=options.get("apply", True),
        removals=options["removals"] == "collection",
        records=options.get("bib", False),
        offline=options["offline"],
        most=max(most, _MOST_ADDITIONS) if options["yes"] else most,
        take=options.get("entries", ()) if options.get("take") else (),
        most_retitles=settings.max_retitles if retitles is None else retitles,
        leaving=() if options.get("take") else options.get("entries", ()),
        max_removals=settings.max_removals,
    )


@cli.command()
@_config_option
@click.option("--apply", is_flag=True, help="Do it; without this, only say what would be done.")
@click.option("--bib", is_flag=True, help="Push the records of the .bib as well.")
@click.option(
    "--take", is_flag=True, help="Push what these ENTRIES say, also where Zotero has other words."
)
@_entries_argument
@_with_push_options
@click.option(
    "--max-removals", metavar="N%", help="How many papers may leave the collection at once."
)
@_report_option
@_manner_options(with_diff=False)
def push(config: Path | None, max_removals: str | None, **options: Any) -> int:
    """Take to Zotero what only the list knows: new papers, ticks, notes, links.

    Says what it would do; --apply does it. The list stays as it is. Nothing is deleted in Zotero, and where
    both sides changed, Zotero's words stay. An ENTRY is a line, a citation key or an item key; with
    `--removals collection` it is an item whose entry was taken out, and no other leaves.
    """
    from zsync.commands import push as commands_push

    is_wanted = options["take"] or options["removals"] != "keep"
    _check_entries(options["entries"], is_wanted, "--take")
    if options["take"] and not options["entries"]:
        raise UsageError("--take names no entry.", "Example: zsync push --take 12 --apply.")
    if options["take"] and (options["bib"] or options["removals"] != "keep"):
        raise UsageError(
            "--take pushes what its entries say, and nothing else.",
            "Leave out --bib and --removals.",
        )
    settings = _settings(config, max_removals)
    pushing = _pushing(settings, options)
    _carry_out(lambda progress: commands_push.push(settings, pushing, progress), _manner(options))
    return 0


@cli.command("sync")
@_config_option
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option("--strict", is_flag=True, help="Write nothing while a match is uncertain (exit 3).")
@click.option("--max-removals", metavar="N%", help="How many entries may leave the list at once.")
@_with_push_options
@_report_option
@_manner_options(with_diff=True)
def sync_command(config: Path | None, max_removals: str | None, **options: Any) -> int:
    """Push and pull in one run: what the list knows goes to Zotero, then list and .bib follow it.

    How much is pushed is set by [sync] push in zsync.toml.
    """
    from zsync.commands import pull as commands_pull
    from zsync.commands import sync as commands_sync

    settings = _settings(config, max_removals)
    pulling = commands_pull.PullOptions(options["dry_run"], strict=options["strict"])
    pushing = _pushing(settings, options)
    _carry_out(
        lambda progress: commands_sync.sync(settings, pulling, pushing, progress, _in_every_form),
        _manner(options),
    )
    return 0


@cli.command()
@_config_option
@click.option("--strict", is_flag=True, help="Write no lock while a match is uncertain (exit 3).")
@click.option(
    "--keep",
    is_flag=True,
    help="Leave every entry, or these ENTRIES alone, as both sides have it: nothing in it waits any more.",
)
@_entries_argument
@_manner_options(with_diff=False)
def link(
    config: Path | None, strict: bool, keep: bool, entries: tuple[str, ...], **options: Any
) -> int:
    """Pair the entries of an existing list with Zotero's items; writes zsync.lock and nothing else.

    An ENTRY is a line, a citation key or an item key.
    """
    from zsync.commands import link as commands_link

    _check_entries(entries, keep, "--keep")
    settings, kept = _settings(config), entries if keep else None
    _carry_out(
        lambda progress: commands_link.link(settings, strict=strict, keep=kept, progress=progress),
        _manner(options),
    )
    return 0


@cli.command()
@_config_option
@click.option("--check", is_flag=True, help="Exit with 1 if anything differs.")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Name everything that waits, and where list and Zotero may go on differing.",
)
@_manner_options(with_diff=True)
def status(config: Path | None, check: bool, **options: Any) -> int:
    """Return what differs, from what the last pull saw; asks nobody and writes nothing."""
    from zsync.commands import status as commands_status

    outcome = commands_status.status(_settings(config))
    _show(outcome, _manner(options))
    return 1 if check and not outcome.is_in_step else 0


@cli.command()
@_config_option
@click.option(
    "--github", is_flag=True, help="Mark lines for GitHub; the default where GITHUB_ACTIONS is set."
)
@_manner_options(with_diff=False)
def check(config: Path | None, github: bool, **options: Any) -> int:
    """Look whether list, zsync.lock and .bib agree; needs no key and asks nobody.

    Exits with 1 if something is found. It is what to run on a pull request and before a commit.
    """
    from zsync.commands.check import check as found_in
    from zsync.report import checked as report

    manner = _manner(options)
    is_github = github or os.environ.get("GITHUB_ACTIONS") == "true"
    try:
        found = found_in(_settings(config))
    except FileError as error:
        if is_github and not manner.json:
            _say(report.annotation(os.path.relpath(error.path), error.where, str(error)))
        raise
    if manner.json:
        _give_json(report.check_json(found))
    elif is_github:
        _say(report.check_annotations(found))
    elif not manner.quiet:
        _say(report.check_text(found))
    return 1 if found.findings else 0


@cli.command()
@_config_option
@click.option("--items", metavar="FILE", help="Export these Web API items (- is standard input).")
@click.option(
    "--format", "form", type=click.Choice(["bibtex", "biblatex", "csljson"]), default=None
)
@click.option(
    "--output", metavar="FILE", help="Where --items or --cited goes (- is standard output)."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option(
    "--check", is_flag=True, help="Write nothing; show a diff and exit with 1 if the file is stale."
)
@click.option(
    "--overwrite",
    is_flag=True,
    help="Write every item's record, or those of these KEYs, again from Zotero.",
)
@click.option("--max-removals", metavar="N%", help="How many records may leave the .bib at once.")
@click.option(
    "--cited", metavar="DOCUMENT", multiple=True, help="Export only what this document cites."
)
@click.argument("documents", metavar="[DOCUMENT|KEY]...", nargs=-1)
@_manner_options(with_diff=True)
def bib(
    config: Path | None, items: str | None, form: str | None, output: str | None, **options: Any
) -> int:
    """Export citations to the .bib of the settings, from what the last pull saw.

    With --items FILE no settings are needed: FILE is an array of items as the Web API gives them.

    With --cited DOCUMENT... only the records that these documents cite (.tex, .aux, .bcf, .md, .qmd, .typ)
    go to --output; the .bib of the settings stays as it is. Exits with 1 if a key is unknown, or for BibTeX
    if it is a former one.
    """
    if options["cited"] or (options["documents"] and not options["overwrite"]):
        return _export_cited(config, items, form, output, options)
    if items is not None:
        return _export(items, form or "bibtex", output or "-", options)
    if form is not None or output is not None:
        raise UsageError(
            "--format and --output go with --items.",
            "Without --items, the [bib] table of zsync.toml says both.",
        )
    from zsync.commands import bib as commands_bib
    from zsync.commands import pull as commands_pull

    settings, manner = _settings(config, options["max_removals"]), _manner(options)
    is_dry = options["dry_run"] or options["check"]
    chosen = commands_pull.PullOptions(is_dry, options["overwrite"], entries=options["documents"])
    outcome = _carry_out(
        lambda progress: commands_bib.bib(settings, chosen, progress),
        replace(manner, diff=manner.diff or options["check"]),
    )
    return 1 if options["check"] and outcome.has_changes else 0


def _export(source: str, form: str, target: str, options: Mapping[str, Any]) -> int:
    from zsync import files

    _check_target(target, [source], "the file of the items")
    outcome = _exported(source, form)
    if options["check"]:
        return _compare(target, outcome.text, _manner(options))
    if options["dry_run"]:
        _say(f"{outcome.records} records; nothing was written.")
    elif target == "-":
        _give(outcome.text)
    else:
        files.replace(Path(target), outcome.text)
    return 0


def _compare(target: str, text: str, manner: _Manner) -> int:
    """Show what an export would change in a file; 1 if anything."""
    from zsync import files
    from zsync.outcome import FileChange
    from zsync.report.diff import file_diff

    if target == "-":
        raise UsageError("--check compares with a file.", "Name it with --output.")
    change = FileChange(target, files.read_if_there(Path(target)) or "", text)
    if not manner.quiet:
        _say_diff(file_diff(change), manner.color)
    return 1 if change.before != change.after else 0


def _exported(source: str, form: str) -> "BibOutcome":
    """Export items from a file or standard input, and say what should be known of them."""
    from zsync import bibliography
    from zsync.core.cite.policy import BibFormat, BibPolicy
    from zsync.core.policy import ListPolicy

    policy = BibPolicy(BibFormat(form), omit_tags=ListPolicy().read_tags)
    name = "standard input" if source == "-" else source
    outcome = bibliography.export(_items(name, source), policy)
    for problem in outcome.problems:
        _say(f"Note: {problem}", err=True)
    return outcome


def _check_target(target: str, sources: Sequence[str | Path], what: str) -> None:
    """Make sure that the output is not written over what it is made from."""
    taken = {Path(source).resolve() for source in sources if source != "-"}
    if target != "-" and Path(target).resolve() in taken:
        raise UsageError(f"--output names {what}.", "Name another file.")


def _items(name: str, source: str) -> Any:
    """Read an array of Web API items from a file or standard input."""
    import json

    from zsync import files
    from zsync.formats import item_json

    try:
        text = sys.stdin.read() if source == "-" else files.read(Path(source))
        data = json.loads(text.removeprefix("\ufeff"))
    except UnicodeDecodeError as cause:
        raise FileError(name, "this is not UTF-8.", "Save the items as UTF-8.") from cause
    except json.JSONDecodeError as cause:
        raise FileError(
            name,
            f"this is not JSON ({cause.msg}).",
            "An array of items is wanted.",
            where=cause.lineno,
        ) from cause
    except (RecursionError, ValueError) as cause:
        raise FileError(name, "this JSON is beyond reading.", "Items are not that deep.") from cause
    if not isinstance(data, list):
        raise FileError(name, "this is not an array of items.", "Items stand in [ ].")
    try:
        return item_json.parse_items(data)
    except item_json.ItemJsonError as cause:
        raise FileError(name, f"{cause}.", "Items as the Web API gives them are wanted.") from cause


# -- the cited part of a bibliography -------------------------------------------------------------------


def _export_cited(
    config: Path | None,
    items: str | None,
    form: str | None,
    output: str | None,
    options: Mapping[str, Any],
) -> int:
    """Write the records that documents cite; 1 if a key is unknown, or known to biber alone."""
    from zsync.commands import cited
    from zsync.core.cite.policy import BibFormat

    _check_cited_options(items, form, output, options)
    paths = [Path(name) for name in (*options["cited"], *options["documents"])]
    target = output or "-"
    _check_target(target, paths, "a document")
    documents = cited.read(paths)
    if items is not None:
        _check_target(target, [items], "the file of the items")
        form = form or "bibtex"
        texts, formats = {items: _exported(items, form).text}, {BibFormat(form)}
    else:
        settings = _settings(config)
        texts = _bibliographies(settings, target, _manner(options))
        formats = {each.bib.policy.format for each in settings.lists if each.bib}
    part = cited.select(texts, documents)
    is_stale = _write_cited(part, target, options)
    is_lost = part.warnings and BibFormat.BIBTEX in formats
    return 1 if part.complaints or is_lost or is_stale else 0


def _check_cited_options(
    items: str | None, form: str | None, output: str | None, options: Mapping[str, Any]
) -> None:
    if not options["cited"]:
        raise UsageError(
            f"It is not said what to do with {options['documents'][0]!r}.",
            "To export what documents cite: zsync bib --cited paper.tex --output cited.bib.",
        )
    if options["as_json"] or options["diff"]:
        raise UsageError("--json and --diff do not go with --cited.", "Leave them out.")
    if items is None and form is not None:
        raise UsageError(
            "--format goes with --items.", "Without it, the [bib] table of zsync.toml says it."
        )
    if items is None and output is None:
        raise UsageError(
            "--cited needs --output, for the .bib of the settings keeps all its records.",
            "Example: zsync bib --cited paper.tex --output cited.bib (- is standard output).",
        )


def _bibliographies(settings: "Settings", target: str, manner: _Manner) -> dict[str, str]:
    """Return the bibliographies of the settings as `zsync bib` would write them, by name; write none."""
    from zsync.commands import bib as commands_bib
    from zsync.commands import pull as commands_pull

    paths = [(each.path, each.bib.path if each.bib else None) for each in settings.lists]
    own = [settings.lock_path, *(path for both in paths for path in both if path)]
    _check_target(target, own, "a file of the settings")
    progress = _Progress(manner)
    try:
        outcome = commands_bib.bib(settings, commands_pull.PullOptions(dry_run=True), progress)
    finally:
        progress.clear()
    for problem in (problem for each in outcome.lists for problem in each.problems):
        _say(f"Note: {problem}", err=True)
    return {change.name: change.after for each in outcome.lists for change in each.files}


def _write_cited(part: "CitedPart", target: str, options: Mapping[str, Any]) -> bool:
    """Write the cited part, or say what differs; True if --check found the file stale."""
    from zsync import files

    for complaint in (*part.complaints, *part.warnings):
        _say(complaint, err=True)
    said = f"{part.records} of {part.total} records"
    if options["check"]:
        return bool(_compare(target, part.text, _manner(options)))
    if options["dry_run"]:
        _say(f"{said} are cited; nothing was written.")
    elif target == "-":
        _give(part.text)
    else:
        files.replace(Path(target), part.text)
        if not options["quiet"]:
            _say(f"{target}: {said}")
    return False


# -- the other commands ---------------------------------------------------------------------------------


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--dialect", "part", flag_value="dialect", help="Say how each section is written instead."
)
@click.option(
    "--unread", "part", flag_value="unread", help="Show what names a paper and is not read instead."
)
@_manner_options(with_diff=False)
def entries(file: Path, part: str | None, **options: Any) -> int:
    """Show the entries that zsync sees in a list, what it does not read, or how new ones are written."""
    from zsync import files
    from zsync.formats import reading_list
    from zsync.workspace import refuse_merge

    manner, text = _manner(options), files.read(file)
    refuse_merge(file, text, in_markdown=True)
    found = reading_list.parse(text, _known_titles(file))
    if problem := found.marker_problem:
        _say(f"Note: line {problem.line}: {problem.what}. {problem.advice}", err=True)
    told = _told_of(found, part, as_json=manner.json)
    if manner.json:
        _give_json(told)
    else:
        _say(told)
    return 0


def _told_of(found: "ReadingList", part: str | None, *, as_json: bool) -> str:
    """Return what is asked of a list: its entries, or a ``part`` of the rest."""
    from zsync.report import entries as report

    if part == "dialect":
        from zsync.formats.reading_list.described import describe

        learned = describe(found)
        return report.dialect_json(learned) if as_json else report.dialect_text(learned)
    if part == "unread":
        return report.unread_json(found.unread) if as_json else report.unread_text(found.unread)
    if as_json:
        return report.entries_json(found.entries, found.read_only)
    return report.entries_text(found.entries, found.read_only, found.unread)


def _known_titles(file: Path) -> "KnownTitles":
    """Return the titles by which a file is read that the settings beside it name as a list."""
    from zsync import config
    from zsync.core.known import NOTHING_KNOWN

    path = config.find_if_there(file.resolve().parent)
    settings = _settings(path) if path else None
    lists = settings.lists if settings else ()
    own = next(
        (each for each in lists if each.path and each.path.resolve() == file.resolve()), None
    )
    if settings is None or own is None:
        return NOTHING_KNOWN
    from zsync.commands.check import known_titles

    return known_titles(settings, own).with_marks(own.policy.states)


@cli.command()
@click.argument("path", required=False)
@click.option("--library", help='"users/NUMBER", "groups/NUMBER" or "auto" (the default).')
@click.option("--collection", help='The collection that the list follows: "Name" or "Above/Name".')
@click.option("--bib", "bib_path", help="Where citations go, such as refs/library.bib.")
@click.option(
    "--notes", type=click.Choice(["all", "tagged", "none"]), help="Which notes to publish."
)
def init(
    path: str | None,
    library: str | None,
    collection: str | None,
    bib_path: str | None,
    notes: str | None,
) -> int:
    """Write a commented zsync.toml; asks at a terminal for what no option says.

    PATH is the reading list, such as README.md.
    """
    from zsync import config, files

    target, ignored = Path.cwd() / config.SETTINGS_FILE, Path.cwd() / ".gitignore"
    for each in (target, ignored):
        if each.is_symlink():
            raise FileError(each, "this is a link.", "Put a file of its own in its place.")
    if target.exists():
        raise SettingsError(
            f"There is a {config.SETTINGS_FILE} here already.", "Edit it, or delete it first."
        )
    asks = sys.stdin.isatty()
    path = path or _answer(asks, "PATH", "Which Markdown file is the list?", "README.md")
    library = library or _ask(asks, "Which library (users/N, groups/N, auto)?", config.AUTO)
    collection = collection or _answer(asks, "--collection", "Which collection?", None)
    if bib_path is None and asks:
        bib_path = click.prompt("Where do citations go (empty: nowhere)?", default="", err=True)
    if notes is None and asks:
        notes = _ask_notes()
    text = config.render(library, collection, path, bib_path, notes)
    config.load(target, text, {})
    files.replace(target, text)
    _ignore(ignored, [f"{config.WORK_FOLDER}/", ".env"])
    has_key = config.KEY_VARIABLE in {*os.environ, *_secrets(target.parent / config.SECRETS_FILE)}
    first = "Run" if has_key else f"Set {config.KEY_VARIABLE}, then run"
    _say(f"Wrote {config.SETTINGS_FILE}. {first} `zsync link`.")
    return 0


def _answer(asks: bool, name: str, question: str, default: str | None) -> str:
    if not asks:
        raise UsageError(f"{name} is missing.", f"Example: zsync init README.md {_EXAMPLE}")
    answer: str = click.prompt(question, default=default, err=True)
    return answer


def _ask(asks: bool, question: str, default: str) -> str:
    answer: str = click.prompt(question, default=default, err=True) if asks else default
    return answer


def _ask_notes() -> str:
    answer: str = click.prompt(
        "Which notes may be published?",
        type=click.Choice(["all", "tagged", "none"]),
        default="none",
        err=True,
    )
    return answer


_EXAMPLE = '--collection "Reading list" --notes none'


def _ignore(path: Path, names: Sequence[str]) -> None:
    """Add to .gitignore what must not be committed and is not there yet."""
    from zsync import files

    text = files.read_if_there(path) or ""
    there = {line.strip() for line in text.split("\n")}
    end = "\r\n" if "\r\n" in text else "\n"
    missing = [f"{name}{end}" for name in names if name not in there]
    if missing:
        gap = "" if not text or text.endswith("\n") else end
        files.replace(path, text + gap + "".join(missing))


_file = click.Path(path_type=Path)


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
@click.option("--data", type=_file, help="A JSON of libraries and keys.")
@click.option("--seed", type=_file, help="A JSON list of items and collections for users/1.")
@click.option("--clock", metavar="TIME", help="Stop the server's clock, and draw the same keys.")
@click.option("--limits", is_flag=True, help="Refuse clients that ask too often.")
@click.option("--record", type=_file, help="Keep what is asked and answered, as JSON lines.")
def sandbox(port: int, clock: str | None, **options: Any) -> int:
    """Serve a local Zotero Web API, in memory: for trying things out and for tests.

    Without options it holds the empty library users/1 for the key "sandbox". A data file looks like this:

    \b
      {"users": [{"id": 1, "username": "ann"}],
       "keys": [{"key": "sandbox", "user": 1,
                 "access": {"user": {"library": true, "notes": true}}}],
       "libraries": [{"library": "users/1",
                      "collections": [{"key": "CLLCTN22", "name": "Reading list"}],
                      "items": [{"itemType": "book", "title": "A Book",
                                 "collections": ["CLLCTN22"]}]}]}
    """  # noqa: D301 - click wants the control character itself
    from zotero_sandbox import SandboxDataError, serve

    moment = None if clock is None else _moment(clock)
    try:
        serve(port, _say, clock=moment, **options)
    except SandboxDataError as cause:
        raise UsageError(f"{cause}.", "See `zsync sandbox --help`.") from cause
    except OSError as cause:
        what = f"Port {port} is taken" if cause.filename is None else f"{cause.filename} is no use"
        advice = "Choose another with --port, --data, --seed or --record."
        raise UsageError(f"{what} ({cause.strerror}).", advice) from cause
    return 0


def _moment(text: str) -> "datetime":
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text)
    except ValueError as cause:
        raise UsageError(
            f"--clock {text!r} is no time.", "Example: --clock 2026-05-04T12:00:00Z."
        ) from cause
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@cli.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--no-color", is_flag=True, help="No colours (also by NO_COLOR).")
def demo(folder: Path | None, no_color: bool) -> int:
    """Show the whole loop in a new folder, with no account and no network."""
    from zsync import demo as show

    color = _color(False if no_color else None)

    def say(text: str) -> None:
        _say(text, color=color)

    def say_diff(diff: str) -> None:
        _say_diff(f"{diff}\n", color)

    with suppress(BrokenPipeError):
        show.play(folder, say, say_diff)
    return 0


def _share(text: str) -> float:
    number = text.strip().removesuffix("%")
    if not number.isascii() or not number.isdigit() or int(number) > 100:
        raise UsageError(
            f"--max-removals {text!r} is no percentage.", "Example: --max-removals 50%."
        )
    return int(number) / 100
