"""Lines of Zotero's Extra field that say something by a label, ``Label: value``: one is read, one is written.

Extra belongs to whoever wrote it, and other programs keep their things there. So a line is written in its own
place with the label as it stands, and every other line keeps its bytes.
"""

from collections.abc import Callable, Iterator


def values(extra: str, label: str) -> Iterator[str]:
    """Return what the lines with a label say, in their order; the case of a label does not count."""
    for line in extra.splitlines():
        if _has_label(line, label):
            yield line.partition(":")[2].strip()


def with_value(
    extra: str, label: str, value: str | None, is_known: Callable[[str], bool] | None = None
) -> str:
    """Return Extra with this value in the first line of a label, or in a new line at its end.

    Where ``is_known`` is given, a line counts only if it says so of what stands there: another is somebody's
    remark, and stays. Without a value all lines that count are taken away, for the second would speak in the
    place of the first.
    """
    lines = extra.splitlines(keepends=True)
    own = [
        index
        for index, line in enumerate(lines)
        if _has_label(line, label)
        if is_known is None or is_known(line.partition(":")[2].strip())
    ]
    if value is None:
        return _without(lines, own)
    if not own:
        return _with_line(extra, f"{label}: {value}")
    lines[own[0]] = _with_value(lines[own[0]], value)
    return "".join(lines)


def _has_label(line: str, label: str) -> bool:
    name, colon, _ = line.partition(":")
    return bool(colon) and name.strip().casefold() == label.casefold()


def _with_value(line: str, value: str) -> str:
    """Return a line with another value between the same spaces and with the same line end."""
    label, _, said = line.partition(":")
    if not said.strip():
        return f"{label}: {value}{said[len(''.join(said.splitlines())) :]}"
    start, end = len(said) - len(said.lstrip()), len(said.rstrip())
    return f"{label}:{said[:start]}{value}{said[end:]}"


def _with_line(extra: str, line: str) -> str:
    """Return Extra with a line at its end that ends as the last one did: it can go without a trace."""
    if not extra:
        return line
    is_ended = _is_ended(extra.splitlines(keepends=True)[-1])
    return f"{extra}{line}\n" if is_ended else f"{extra}\n{line}"


def _without(lines: list[str], gone: list[int]) -> str:
    """Return the lines without some; where the last one had no line end, the one before it loses its own."""
    left = [line for index, line in enumerate(lines) if index not in gone]
    if left and lines and len(lines) - 1 in gone and not _is_ended(lines[-1]):
        left[-1] = left[-1].splitlines()[0]
    return "".join(left)


def _is_ended(line: str) -> bool:
    return line.splitlines() != [line]
