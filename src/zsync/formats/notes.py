r"""A Zotero note's HTML as Markdown for a reading list.

A note goes from a private library into a file that anyone may read, and is kept in step there by
comparing texts, so every character counts: a ``<RET>`` that a browser takes for a tag loses a word, a
line that starts with ``# `` breaks the list's sections, and another spelling of the same note makes a
commit on every run. That is why this text is made here and not by a converter of web pages:

* One pass of a regular expression finds the tags as a browser does. (``html.parser`` needs quadratic
  time for tags that are never closed, raises on ``<![x``, and reads broken markup differently from one
  release of Python to the next.)
* A small machine keeps what Markdown can say: boxes (lists, quotes, tables) that hold paragraphs of
  runs. Everything else is dropped: attributes, scripts, comments, and the tags, not the text, of
  unknown elements.
* Text is escaped where CommonMark or GFM would read it as markup, and nowhere else. No tags but
  ``<sub>`` and ``<sup>`` come out.

The note's schema is zotero/note-editor's (paragraphs, lists, tables, ``pre.math``, ``span.math``,
``span.citation``, ``span.highlight``, embedded images) with what older editors left behind. What Zotero
shows is what is kept: a citation's text without its data, a highlight with the quotation marks it has.
Indented paragraphs lose their indentation, which Markdown would take for code. A heading becomes a bold
paragraph, as the headings of a reading list are its sections.
"""

import html as html_entities
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby
from operator import and_, attrgetter
from typing import ClassVar, NamedTuple
from urllib.parse import quote

_UNESCAPED_ALIKE = re.compile(r"</?su[bp]>|\\")
_BLOCK_MARK = re.compile(
    r"^[ \t]*+(?:(?:[-+*]|\#{1,6})[ \t]++|>[ \t]*+)*+(?:[-|: \t]+$)?", re.MULTILINE
)
_IGNORED = re.compile("[\\s*_`~|\\[\\]\u200b-\u200d\u2060\ufeff]+")


def to_markdown(html: str) -> str:
    """Turn a note's HTML into Markdown: blocks apart by one blank line, "" for an empty note.

    Lines end in LF, the last one in nothing. Any text is accepted: what is not HTML is text. Time is
    linear in its length.
    """
    return "\n".join(_render_blocks(_read(html).children))


def comparable(markdown: str) -> str:
    r"""Reduce Markdown to what it says, to ask whether two notes say the same.

    Ignored are white space, the marks of bullets, quotes, headings, emphasis, code, links and tables, and
    backslash escapes; ``&lt;``, ``\<`` and ``<`` are the same. The answer is in Unicode's composed form
    (NFC) and not for reading.
    """
    text = _decode(_UNESCAPED_ALIKE.sub("", markdown))
    return unicodedata.normalize("NFC", _IGNORED.sub("", _BLOCK_MARK.sub("", text)))


# --- Reading HTML ---------------------------------------------------------------------------------

# Possessive quantifiers and "or the end of the text" leave nothing to try again: one pass, whatever
# comes. As in a browser, a tag or comment that is never closed takes the rest of the text with it.
_INSIDE_TAG = r"""(?:[^>=]++|=[ \t\n\r\f]*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+"""
_HIDDEN = "script|style|title|textarea|iframe|noembed|noframes|noscript|xmp|template|object|svg"
_TAG = re.compile(
    rf"""<(?:
        !--(?:-?>|.*?(?:--!?>|\Z))
      | (?P<hidden>{_HIDDEN})(?=[ \t\n\r\f/>]){_INSIDE_TAG}(?:>|\Z)
        .*?(?:</(?P=hidden)(?=[ \t\n\r\f/>])[^>]*+>|\Z)
      | (?P<close>/?)(?P<name>[a-z][^ \t\n\r\f/>]*+)(?P<attributes>{_INSIDE_TAG})(?:>|\Z)
      | [!?/][^>]*+(?:>|\Z)
    )""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s/=>"']++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>][^\s>]*+))""")
# Control characters, the byte order mark, and halves of surrogate pairs, which no UTF-8 file can hold.
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ud800-\udfff]+")
_SPACE = re.compile("[ \t\n\x0b\x0c\r\x85\xa0\u2028\u2029]+")
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# html.unescape gives such a number to int(), which refuses thousands of digits.
_HUGE_NUMBER = re.compile("&#[0-9]{8,};?")
_LINE_THROUGH = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)
_PUBLIC_SCHEME = re.compile(r"https?://[^\s/]|mailto:\S|zotero://\S", re.IGNORECASE)
_UNSAFE_IN_URL = re.compile(r"""[\s<>\\"`|\x00-\x1f\x7f-\x9f\ud800-\udfff]""")
_BALANCED = re.compile(r"[^()]*+(?:\([^()]*+\)[^()]*+)*+")
_ENTITY = re.compile(r"&(?=#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z][a-zA-Z0-9]{1,31};)")

_STRONG, _EMPHASIS, _STRIKE = 1, 2, 4
_KINDS = ("math", "code", "sub", "sup")
_ALL_EFFECTS = ("none", "strong", "emphasis", "strike", *_KINDS)
_EFFECTS = {
    "strong": "strong", "b": "strong", "em": "emphasis", "i": "emphasis",
    "s": "strike", "strike": "strike", "del": "strike", "code": "code", "sub": "sub", "sup": "sup",
    "h1": "strong", "h2": "strong", "h3": "strong", "h4": "strong", "h5": "strong", "h6": "strong",
}  # fmt: skip
_CONTAINERS = frozenset(("blockquote", "ul", "ol", "table"))
_PARTS = {"li": "li", "tr": "tr", "td": "td", "th": "td"}
_AROUND = {"li": ("ul", "ol"), "tr": ("table",), "td": ("tr", "table")}
_BLOCKS = frozenset((
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "aside", "header", "footer",
    "main", "nav", "figure", "figcaption", "address", "center", "details", "summary", "dl", "dt", "dd",
    "form", "fieldset", "caption", "thead", "tbody", "tfoot", "html", "head", "body",
))  # fmt: skip
# Boxes within boxes, the note itself included. Below that, boxes are left out and their text is kept:
# the cost of indentation stays linear, and readers of Markdown stop at about this depth themselves.
_DEEPEST = 14


class _Run(NamedTuple):
    """A piece of text with one look. ``kind``: text, code, math, display (math on its own), sub or sup."""

    text: str
    kind: str = "text"
    style: int = 0
    link: str | None = None


class _Link(NamedTuple):
    """An open link: the address as written, and the URL to publish if there is one."""

    address: str
    url: str | None

    def hides(self, text: str) -> bool:
        """Whether the text is only an address not to be published, such as a path on a disk."""
        return self.url is None and self.address != "" and text.strip() == self.address


@dataclass(slots=True)
class _Paragraph:
    runs: list[_Run]


@dataclass(slots=True)
class _CodeBlock:
    text: str


@dataclass(slots=True)
class _Rule:
    pass


@dataclass(slots=True)
class _Box:
    """An element that holds blocks (blockquote, ul, ol, li, table, tr, td), or the note itself."""

    name: str
    start: int = 1
    children: "list[_Block]" = field(default_factory=list)


_Block = _Paragraph | _CodeBlock | _Rule | _Box


def _read(html: str) -> _Box:
    """Read a note into boxes, paragraphs and runs."""
    reader = _Reader()
    position = 0
    for tag in _TAG.finditer(html):
        if tag.start() > position:
            reader.text(html[position : tag.start()])
        position = tag.end()
        if name := tag["name"]:
            if tag["close"]:
                reader.end(name.lower())
            else:
                reader.start(name.lower(), tag["attributes"])
    reader.text(html[position:])
    return reader.finish()


class _Reader:
    """Takes tags and text one after the other, mends what is not nested properly, and builds the boxes."""

    def __init__(self) -> None:
        self._note = _Box("note")
        self._boxes = [self._note]
        self._left_out = (
            0  # containers open now that have no box: too deep, or within a table's cell
        )
        self._runs: list[_Run] = []
        self._preformatted: list[str] | None = None
        self._preformatted_math = False
        self._links: list[_Link] = []
        self._opened: dict[str, list[str]] = {}  # by tag: the effects that end when it is closed
        self._effects = dict.fromkeys(_ALL_EFFECTS, 0)  # how many open tags ask for each

    def finish(self) -> _Box:
        """End what is still open."""
        if self._preformatted is not None:
            self._end_preformatted()
        self._end_paragraph()
        return self._note

    def text(self, source: str) -> None:
        """Take the text between two tags, its entities not decoded yet."""
        text = _decode(source)
        if self._preformatted is not None:
            self._preformatted.append(_LINE_END.sub("\n", text).replace("\xa0", " "))
        elif not (self._links and self._links[-1].hides(text)):
            self._add_text(_SPACE.sub(" ", text))

    def start(self, name: str, attributes: str) -> None:
        """Take a start tag."""
        if self._preformatted is not None:
            if name == "br":
                self._preformatted.append("\n")
        elif name in self._STARTS:
            self._STARTS[name](self, attributes)
        elif name in _CONTAINERS:
            self._open_container(name, attributes)
        elif name in _PARTS:
            self._open_part(_PARTS[name])
        else:
            self._start_plain(name, _EFFECTS.get(name))

    def end(self, name: str) -> None:
        """Take an end tag; one that closes nothing has no effect."""
        if self._preformatted is not None:
            if name == "pre":
                self._end_preformatted()
        elif name == "a":
            del self._links[-1:]
        elif name in _CONTAINERS:
            self._close_container(name)
        elif name in _PARTS:
            self._close_part(_PARTS[name])
        else:
            self._end_plain(name)

    # Inline elements, and the paragraphs they are in

    def _start_plain(self, name: str, effect: str | None) -> None:
        if name in _BLOCKS:
            self._end_paragraph()
        if effect is not None:
            self._opened.setdefault(name, []).append(effect)
            self._effects[effect] += 1

    def _end_plain(self, name: str) -> None:
        if name in _BLOCKS:
            self._end_paragraph()
        if self._opened.get(name):
            self._effects[self._opened[name].pop()] -= 1

    def _start_span(self, attributes: str) -> None:
        values = _parse_attributes(attributes)
        if "math" in values.get("class", "").split():
            self._start_plain("span", "math")
        elif _LINE_THROUGH.search(values.get("style", "")):
            self._start_plain("span", "strike")
        else:
            self._start_plain("span", "none")

    def _start_link(self, attributes: str) -> None:
        address = _parse_attributes(attributes).get("href", "")
        self._links.append(_Link(address.strip(), _safe_url(address)))

    def _start_image(self, attributes: str) -> None:
        """Show where an image stands.

        One on the web becomes a link, so that reading the list does not call a server that its author
        never chose; one in the library (or in the HTML itself) has no address that a reader could open.
        """
        values = _parse_attributes(attributes)
        source = _safe_url(values.get("src", ""))
        if source is None or not source.lower().startswith("http"):
            self._add_text("[image]")
        else:
            label = _SPACE.sub(" ", values.get("alt", "")).strip() or "image"
            self._runs.append(_Run(label, "text", self._style(), source))

    def _break_line(self, _attributes: str) -> None:
        """Break the line; two breaks, which old editors put between paragraphs, end the paragraph."""
        if self._boxes[-1].name == "td" or self._kind() not in ("text", "code"):
            self._add_text(" ")
        elif self._runs and self._runs[-1].text == "\n":
            self._end_paragraph()
        elif self._runs:
            self._runs.append(_Run("\n", "text", self._style(), self._link()))

    def _add_text(self, text: str) -> None:
        if text.startswith(" ") and (not self._runs or self._runs[-1].text[-1] in " \n"):
            text = text[1:]
        if text:
            self._runs.append(_Run(text, self._kind(), self._style(), self._link()))

    def _end_paragraph(self) -> None:
        if self._runs:
            self._boxes[-1].children.append(_Paragraph(self._runs))
            self._runs = []

    def _kind(self) -> str:
        effects = self._effects
        return next((kind for kind in _KINDS if effects[kind]), "text")

    def _style(self) -> int:
        """Say which marks the text has; next to a letter, ``~~`` cannot stand beside other marks."""
        effects = self._effects
        if effects["strike"]:
            return _STRIKE
        return (effects["strong"] and _STRONG) | (effects["emphasis"] and _EMPHASIS)

    def _link(self) -> str | None:
        return self._links[-1].url if self._links else None

    # Preformatted text and rules

    def _start_preformatted(self, attributes: str) -> None:
        if self._boxes[-1].name != "td":
            self._end_paragraph()
        self._preformatted = []
        self._preformatted_math = "math" in _parse_attributes(attributes).get("class", "").split()

    def _end_preformatted(self) -> None:
        text = "".join(self._preformatted or ())
        self._preformatted = None
        if self._boxes[-1].name == "td":
            kind = "math" if self._preformatted_math else "code"
            self._runs.append(_Run(f"{text} ", kind))
        elif self._preformatted_math:
            self._boxes[-1].children.append(_Paragraph([_Run(text, "display")]))
        elif text.strip():
            self._boxes[-1].children.append(_CodeBlock(text))

    def _add_rule(self, _attributes: str) -> None:
        self._end_paragraph()
        if self._boxes[-1].name != "td":
            self._boxes[-1].children.append(_Rule())

    # Boxes

    def _open_container(self, name: str, attributes: str) -> None:
        self._end_paragraph()
        if len(self._boxes) >= _DEEPEST or self._boxes[-1].name == "td":
            self._left_out += 1
        else:
            self._push(name, _start_number(attributes) if name == "ol" else 1)

    def _close_container(self, name: str) -> None:
        self._end_paragraph()
        if self._left_out:
            self._left_out -= 1
        else:
            self._pop_to(name)

    def _open_part(self, name: str) -> None:
        """Open a list's item, a table's row or a row's cell, which end those before them."""
        self._end_paragraph()
        if self._left_out:
            return
        around = next(
            (box.name for box in reversed(self._boxes) if box.name in _AROUND[name]), None
        )
        if around == "table" and name == "td":
            self._open_part("tr")
            around = "tr"
        if around is not None:
            while self._boxes[-1].name != around:
                self._boxes.pop()
            self._push(name)

    def _close_part(self, name: str) -> None:
        self._end_paragraph()
        if not self._left_out:
            self._pop_to(name)

    def _push(self, name: str, start: int = 1) -> None:
        box = _Box(name, start=start)
        self._boxes[-1].children.append(box)
        self._boxes.append(box)

    def _pop_to(self, name: str) -> None:
        if any(box.name == name for box in self._boxes):
            while self._boxes.pop().name != name:
                pass

    _STARTS: ClassVar[dict[str, Callable[["_Reader", str], None]]] = {
        "span": _start_span,
        "a": _start_link,
        "img": _start_image,
        "br": _break_line,
        "pre": _start_preformatted,
        "hr": _add_rule,
    }


def _decode(source: str) -> str:
    if "&" in source:
        source = html_entities.unescape(_HUGE_NUMBER.sub("\ufffd", source))
    return _UNWANTED.sub("", source)


def _parse_attributes(source: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, *forms in _ATTRIBUTE.findall(source):
        values.setdefault(name.lower(), _decode("".join(forms)))
    return values


def _start_number(attributes: str) -> int:
    start = _parse_attributes(attributes).get("start", "")
    return int(start) if re.fullmatch("[0-9]{1,8}", start) else 1


def _safe_url(address: str) -> str | None:
    """Encode an address for a Markdown link; None for a scheme that a public list must not hold."""
    url = re.sub("[\t\n\r]", "", address).strip()
    if not _PUBLIC_SCHEME.match(url):
        return None
    url = _UNSAFE_IN_URL.sub(lambda unsafe: quote(unsafe[0]), url)
    if not _BALANCED.fullmatch(url):
        url = url.replace("(", "%28").replace(")", "%29")
    return _ENTITY.sub(r"\\&", url)


# --- Writing Markdown: blocks ---------------------------------------------------------------------


def _render_blocks(blocks: "list[_Block]") -> list[str]:
    """Render blocks as lines, apart by empty lines; blocks that hold nothing are left out."""
    lines: list[str] = []
    for block in blocks:
        if block_lines := _render_block(block):
            lines += ["", *block_lines] if lines else block_lines
    return lines


def _render_block(block: _Block) -> list[str]:
    match block:
        case _Paragraph(runs):
            return _render_paragraph(runs)
        case _CodeBlock(text):
            return _render_code_block(text)
        case _Rule():
            return ["***"]  # "---" would turn a line above it into a heading
        case _Box("blockquote"):
            return [f"> {line}" if line else ">" for line in _render_blocks(block.children)]
        case _Box("table"):
            return _render_table(block)
        case _Box("ul" | "ol"):
            return _render_list(block)
        case _:
            return _render_blocks(block.children)


def _render_paragraph(runs: list[_Run]) -> list[str]:
    lines = (_escape_line_start(line.strip(" ")) for line in _render_inline(runs).split("\n"))
    *broken, last = [line for line in lines if line] or [""]
    return [f"{line}\\" for line in broken] + [last] if last else []


def _render_code_block(text: str) -> list[str]:
    fence = "`" * max(3, _longest_backticks(text) + 1)
    return [fence, *text.removeprefix("\n").rstrip().split("\n"), fence]


def _render_list(box: _Box) -> list[str]:
    lines: list[str] = []
    number = box.start
    for item in _items(box):
        marker = "- " if box.name == "ul" else f"{number}. "
        if item_lines := _render_item(item):
            indent = " " * len(marker)
            lines.append(marker + item_lines[0])
            lines += [indent + line if line else "" for line in item_lines[1:]]
            number += 1
    return lines


def _items(box: _Box) -> Iterator["list[_Block]"]:
    """Find a list's items; a list straight in a list belongs to the item before it, as it looks in Zotero."""
    item: list[_Block] = []
    for child in box.children:
        if not (isinstance(child, _Box) and child.name in ("ul", "ol")):
            yield item
            item = []
        item += child.children if isinstance(child, _Box) and child.name == "li" else [child]
    yield item


def _render_item(blocks: "list[_Block]") -> list[str]:
    """Render an item; a list under its first paragraph follows without an empty line."""
    lines = _render_blocks(blocks[:1])
    for block in blocks[1:]:
        block_lines = _render_block(block)
        close = (
            lines
            and isinstance(block, _Box)
            and block_lines
            and _LIST_AFTER_TEXT.match(block_lines[0])
        )
        lines += block_lines if close or not lines or not block_lines else ["", *block_lines]
    return lines


def _render_table(table: _Box) -> list[str]:
    """Render a table; its first row is the header, as GFM has no table without one.

    Later rows are not filled up to its width: GFM does that, and a ragged table would grow without bound.
    """
    rows = [row for row in map(_render_row, table.children) if any(row)]
    if not rows:
        return []
    width = max(map(len, rows))
    header = rows[0] + [""] * (width - len(rows[0]))
    return [f"| {' | '.join(row)} |" for row in (header, ["---"] * width, *rows[1:])]


def _render_row(row: _Block) -> list[str]:
    cells = row.children if isinstance(row, _Box) and row.name == "tr" else [row]
    return [_render_cell(cell) for cell in cells]


def _render_cell(cell: _Block) -> str:
    paragraphs = cell.children if isinstance(cell, _Box) else [cell]
    texts = (_render_inline(block.runs) for block in paragraphs if isinstance(block, _Paragraph))
    return " ".join(filter(None, texts)).replace("|", "\\|")


def _escape_line_start(line: str) -> str:
    r"""Put a backslash where a line of text would begin a heading, list, quote, table, task or rule."""
    if mark := _LINE_START.match(line):
        at = mark.end() - 1
        return f"{line[:at]}\\{line[at:]}"
    return line


# --- Writing Markdown: text within a block --------------------------------------------------------

_MARKUP = r"""
    \\(?=[!-/:-@\[-`{-~\n]|\Z)
  | `
  | \*(?!\s) | (?<!\s)\*               # "a * b" is safe
  | (?<![^\W_])_ | _(?![^\W_])         # so is snake_case
  | (?<![\s/])~ | (?<=/)~(?!\w) | ~\Z  # and ~5, /~user; but 3~5 and 7~9 would be struck out
  | <(?=[a-zA-Z/!?])
  | &(?=\#[0-9]{1,7};|\#[xX][0-9a-fA-F]{1,6};|[a-zA-Z][a-zA-Z0-9]{1,31};)
"""
_TEXT_MARKUP = re.compile(rf"{_MARKUP} | \](?=[(\[:])", re.VERBOSE)
_LINK_TEXT_MARKUP = re.compile(rf"{_MARKUP} | [\[\]]", re.VERBOSE)
_LINE_START = re.compile(  # ends with the character that a backslash takes the meaning from
    r"""
    \#(?=\#{0,5}(?:\s|$))
  | [-+*](?=\s|$)
  | [>|]
  | [0-9]{1,9}[.)](?=\s|$)
  | =(?==*\s*$)                        # underlines a heading
  | -(?=[-|:\s]*$) | :(?=[|:\s]*-[-|:\s]*$)  # so does this, or it divides a table
  | \[(?=[ xX]\](?:\s|$) | ![a-zA-Z]+\]\s*$)
    """,
    re.VERBOSE,
)
_LIST_AFTER_TEXT = re.compile(
    r"- |1\. "
)  # other numbers do not begin a list right under a paragraph
_DELIMITERS = {_STRONG: "**", _EMPHASIS: "*", _STRIKE: "~~"}
_BACKSLASH = r"\\\g<0>"
_DOLLARS = re.compile(r"(?<!\\)\$+")
_NEUTRAL_IN_MATH = (("`", ""), ("](", "] ("), ("][", "] ["), ("]:", "] :"))


@dataclass(slots=True)
class _Piece:
    """Text of one style, not escaped yet; or an atom: finished Markdown that cannot be divided."""

    text: str
    style: int
    atom: bool = False

    @property
    def is_space(self) -> bool:
        return not self.atom and self.text.isspace()


def _render_inline(runs: Iterable[_Run], markup: re.Pattern[str] = _TEXT_MARKUP) -> str:
    """Render runs as one text; a line break in it is a bare newline."""
    pieces: list[_Piece] = []
    for link, group in groupby(runs, key=attrgetter("link")):
        alike = list(group)
        pieces += _text_pieces(alike, markup) if link is None else _link_pieces(alike, link)
    return _write(_emphasise(_settle(pieces)), markup).strip(" \n")


def _text_pieces(runs: Iterable[_Run], markup: re.Pattern[str]) -> Iterator[_Piece]:
    for (kind, style), group in groupby(runs, key=attrgetter("kind", "style")):
        before, core, after = _split_spaces("".join(run.text for run in group))
        yield from _spaces(before)
        if core:
            yield (
                _Piece(core, style)
                if kind == "text"
                else _Piece(_atom(kind, core, markup), style, atom=True)
            )
        yield from _spaces(after)


def _link_pieces(runs: list[_Run], url: str) -> Iterator[_Piece]:
    """Make a link an atom, with the style that all of its text shares around it."""
    shared = reduce(
        and_, (run.style for run in runs if not run.text.isspace()), _STRONG | _EMPHASIS | _STRIKE
    )
    text = _render_inline(
        (run._replace(style=run.style & ~shared, link=None) for run in runs), _LINK_TEXT_MARKUP
    )
    yield from _spaces(_split_spaces(runs[0].text)[0])
    if text:
        yield _Piece(f"[{text}]({url})", shared, atom=True)
    yield from _spaces(_split_spaces(runs[-1].text)[2])


def _split_spaces(text: str) -> tuple[str, str, str]:
    core = text.strip()
    if not core:
        return text, "", ""
    start = text.index(core[0])
    return text[:start], core, text[start + len(core) :]


def _spaces(text: str) -> list[_Piece]:
    return [_Piece(text, 0)] if text else []


def _atom(kind: str, text: str, markup: re.Pattern[str]) -> str:
    match kind:
        case "code":
            return _code_span(_SPACE.sub(" ", text))
        case "math":
            return f"${_formula(text)}$"
        case "display":
            return f"$${_formula(text)}$$"
        case _:
            return f"<{kind}>{markup.sub(_BACKSLASH, text)}</{kind}>"


def _code_span(text: str) -> str:
    fence = "`" * (_longest_backticks(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _longest_backticks(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _formula(text: str) -> str:
    """Keep a formula on one line, with a space, which TeX ignores, where Markdown would see a tag or link."""
    formula = _SPACE.sub(" ", _DOLLARS.sub(" ", text)).strip()
    for markup, neutral in _NEUTRAL_IN_MATH:
        formula = formula.replace(markup, neutral)
    formula = re.sub(r"<(?=[a-zA-Z/!?])", "< ", formula)
    return f"{formula} " if formula.endswith("\\") else formula


def _settle(pieces: list[_Piece]) -> list[_Piece]:
    """Give every piece a style that its delimiters can express where they stand.

    CommonMark does not let ``**`` close after punctuation and before a letter, as in ``**注意：**内容``: such
    punctuation moves out of the emphasis. Spaces take the style that both of their sides have.
    """
    settled: list[_Piece] = []
    for piece in pieces:
        if (
            settled
            and settled[-1].style != piece.style
            and not (piece.is_space or settled[-1].is_space)
        ):
            settled += _settle_boundary(settled.pop(), piece)
        else:
            settled.append(piece)
    return _blend_spaces(settled)


def _settle_boundary(left: _Piece, right: _Piece) -> list[_Piece]:
    shared = left.style & right.style
    if left.style != shared and _is_mark(left.text[-1]) and _is_solid(right.text[0]):
        at = 0 if left.atom else _end_of_words(left.text)
        parts = [
            _Piece(left.text[:at], left.style),
            _Piece(left.text[at:], shared, left.atom),
            right,
        ]
    elif right.style != shared and _is_mark(right.text[0]) and _is_solid(left.text[-1]):
        at = len(right.text) if right.atom else _start_of_words(right.text)
        parts = [
            left,
            _Piece(right.text[:at], shared, right.atom),
            _Piece(right.text[at:], right.style),
        ]
    else:
        parts = [left, right]
    return [part for part in parts if part.text]


def _start_of_words(text: str) -> int:
    return next((at for at, char in enumerate(text) if _is_word(char)), len(text))


def _end_of_words(text: str) -> int:
    return next((at for at in range(len(text), 0, -1) if _is_word(text[at - 1])), 0)


def _is_word(char: str) -> bool:
    return not (char.isspace() or _is_mark(char))


def _is_mark(char: str) -> bool:
    """Whether any reader takes the character for punctuation; symbols became that in CommonMark 0.31."""
    return unicodedata.category(char)[0] in "PS"


def _is_solid(char: str) -> bool:
    """Whether any reader takes the character for neither space nor punctuation."""
    category = unicodedata.category(char)[0]
    return not (char.isspace() or category == "P" or (category == "S" and char.isascii()))


def _blend_spaces(pieces: list[_Piece]) -> list[_Piece]:
    """Give spaces the style that both of their sides have, so that delimiters stand at words."""
    style = 0
    for piece in pieces:
        style = piece.style = style if piece.is_space else piece.style
    style = 0
    for piece in reversed(pieces):
        style = piece.style = piece.style & style if piece.is_space else piece.style
    return pieces


def _emphasise(pieces: list[_Piece]) -> Iterator[_Piece]:
    """Put delimiters between the pieces.

    A style that would have to end and begin again, because another one ends within it, ends there.
    """
    opened: list[int] = []
    lost = 0
    for at, piece in enumerate(pieces):
        lost &= piece.style
        style = piece.style & ~lost
        while any(one & ~style for one in opened):
            last = opened.pop()
            yield _delimiter(last)
            lost |= last & style
            style &= ~last
        new = [one for one in _DELIMITERS if one & style and one not in opened]
        for one in _longest_first(new, pieces, at):
            opened.append(one)
            yield _delimiter(one)
        yield piece
    yield from map(_delimiter, reversed(opened))


def _delimiter(style: int) -> _Piece:
    return _Piece(_DELIMITERS[style], style, atom=True)


def _longest_first(styles: list[int], pieces: list[_Piece], at: int) -> list[int]:
    """Order styles that begin together so that the one that ends first is the inner one."""
    if len(styles) == 1 or not styles:
        return styles
    both = sum(styles)
    outer = next(
        (pieces[i].style for i in range(at, len(pieces)) if pieces[i].style & both != both), 0
    )
    return sorted(styles, key=lambda one: not one & outer)


def _write(pieces: Iterable[_Piece], markup: re.Pattern[str]) -> str:
    """Escape the text between the atoms, and keep apart what would mean something else side by side."""
    parts: list[str] = []
    for is_atom, group in groupby(pieces, key=attrgetter("atom")):
        if not is_atom:
            parts.append(markup.sub(_BACKSLASH, "".join(piece.text for piece in group)))
            continue
        for number, atom in enumerate(group):
            if number and atom.text[0] in "`$" and parts[-1][-1] == atom.text[0]:
                parts.append(" ")
            elif not number and parts and atom.text[0] == "[" and parts[-1][-1] in "!]":
                parts[-1] = f"{parts[-1][:-1]}\\{parts[-1][-1]}"  # not an image, not a reference
            parts.append(atom.text)
    return "".join(parts)
