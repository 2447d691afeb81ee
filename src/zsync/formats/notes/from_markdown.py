r"""A note's Markdown as the HTML of a Zotero note (only importer of markdown-it).

The Markdown is read as GitHub reads a README: CommonMark with tables, strikethrough and formulas in dollars.
What comes out is Zotero's note schema, as zotero/note-editor writes it, so that the server's cleaner and
the reader of this package find in it what the author wrote.

No word of the author is lost and nothing active is made. HTML in the Markdown is text that shows, but for
the few tags without attributes that a note knows. An address that a note may not lead to, stays beside its
text as it was typed. Two things are Markdown's own and have no place in a note: the language of a code
block, and how the columns of a table are aligned.

A note that was written agrees with the list's text, because both are compared by the note that they
make: else the next pull would rewrite its author's bytes. What the Markdown does not say
(citations, annotations, images of the library) must not be lost: such a note is never written.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from html import escape

from markdown_it import MarkdownIt, rules_inline
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.dollarmath import dollarmath_plugin

from zsync.core.patterns import regex
from zsync.formats.notes.reader import PUBLIC_SCHEME, UNWANTED

_NOTE_TAG = regex(
    r"<(?P<close>/?)(?P<name>sub|sup|br|b|strong|i|em|u|s|del|strike|code|kbd)[ ]*/?>",
    re.IGNORECASE,
)
# Prices are no formulas: no space inside the dollars, no digit right outside (but in 3$\sigma$ one).
_FORMULA = regex(
    r"""
    \$\$(?!\$) (?P<display>(?:[^$\\]|\\.)++) \$\$(?![$0-9])
  | (?:(?<![0-9])|(?=\$[\\^_])) \$(?![\s$]) (?P<inline>(?:[^$\\]|\\.)++) (?<!\s)\$(?![0-9])
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_BACKTICKS = regex(r"`+([^`]+)`+")  # GitHub also reads $`x`$
# Deeper than anybody writes; markdown-it leaves out what is nested deeper than it was told to follow.
_DEEPEST = 100


def to_html(markdown: str) -> str:
    """Turn Markdown into a note's HTML; "" for a text that is blank.

    Any text is accepted. A soft line break is a space, a hard one ``<br>``. An image becomes a link to it,
    as Zotero would need the file.
    """
    markdown = UNWANTED.sub("", markdown)
    tokens = _reader().parse(markdown)
    if any(token.level >= _DEEPEST - 2 for token in tokens):
        return "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in markdown.split("\n"))
    html: str = _reader().renderer.render(tokens, _reader().options, {})
    return html.strip("\n")


class _Reader(MarkdownIt):
    """markdown-it with a note's rules for addresses: which may be links, and no letter of them changed."""

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return bool(PUBLIC_SCHEME.match(url))

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link


@cache
def _reader() -> MarkdownIt:
    """Make the reader of Markdown, once.

    Link definitions are not read: a note's are at the end of the whole list, and one without a use would
    vanish. Inline formulas have a rule of ours, for the plugin's looks at the end of the text where it
    means to look before its beginning (``$x$ in 2024`` is no formula to it).
    """
    options = {"html": False, "maxNesting": _DEEPEST}
    reader = _Reader("commonmark", options, renderer_cls=_Renderer)
    reader.enable(["table", "strikethrough"]).disable("reference")
    reader.use(dollarmath_plugin, allow_labels=False, allow_blank_lines=False)
    for rule in (_Renderer.math_inline, _Renderer.math_block):
        reader.add_render_rule(rule.__name__, rule)
    reader.inline.ruler.at("math_inline", _read_formula)
    reader.inline.ruler.at("link", _read_link)
    reader.inline.ruler.at("image", _read_image)
    reader.inline.ruler.before("autolink", "note_tag", _read_note_tag)
    reader.core.ruler.before("inline", "surplus_cells", _add_surplus_cells)
    reader.core.ruler.push("note", _settle_note)
    return reader


# --- Reading ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _last_label_end(source: str) -> int:
    """Return where the last label ends that an address follows; before it alone a link can begin."""
    return source.rfind("](")


def _read_link(state: StateInline, silent: bool) -> bool:
    """Read a link; where none can end markdown-it would look a hundred brackets deep at each of them."""
    return state.pos < _last_label_end(state.src) and rules_inline.link(state, silent)


def _read_image(state: StateInline, silent: bool) -> bool:
    """Read an image, like a link."""
    return state.pos < _last_label_end(state.src) and rules_inline.image(state, silent)


def _read_formula(state: StateInline, silent: bool) -> bool:
    found = _FORMULA.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    formula = (found["display"] or found["inline"]).strip()
    if in_backticks := _IN_BACKTICKS.fullmatch(formula):
        formula = in_backticks[1]
    if not formula:
        return False
    if not silent:
        state.push("math_inline", "math", 0).content = formula
    state.pos = found.end()
    return True


def _read_note_tag(state: StateInline, silent: bool) -> bool:
    found = _NOTE_TAG.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        token = state.push("note_tag", found["name"].lower(), 0)
        token.content = found[0]
        token.markup = "close" if found["close"] else "open"
    state.pos = found.end()
    return True


def _add_surplus_cells(state: StateCore) -> None:
    """Give a row the cells that it has beyond the table's width; GFM leaves them out, words and all."""
    lines = state.src.split("\n")
    tokens: list[Token] = []
    width = cells = 0
    row = ""
    for token in state.tokens:
        match token.type:
            case "tr_open":
                row, cells = (lines[token.map[0]] if token.map else ""), 0
            case "th_open" | "td_open":
                cells += 1
            case "thead_close":
                width = cells
            case "tr_close" if cells == width and tokens[-1].type == "td_close":
                tokens += _cells(_split_row(row)[width:])
        tokens.append(token)
    state.tokens = tokens


def _split_row(row: str) -> list[str]:
    """The cells of a row, without the marks of the quotes that it stands in."""
    cells = escapedSplit(row.strip("> \t"))
    return cells[not cells[0] : len(cells) - (not cells[-1])]


def _cells(texts: Sequence[str]) -> Iterator[Token]:
    for text in texts:
        yield Token("td_open", "td", 1)
        yield Token("inline", "", 0, content=text.strip(), children=[])
        yield Token("td_close", "td", -1)


def _settle_note(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("th_open", "td_open"):
            token.attrs = {}
        elif token.children:
            token.children = _with_link_texts(token.children)
            _pair_tags(token.children)


def _with_link_texts(children: Sequence[Token]) -> list[Token]:
    """Make images links, and give a link that shows nothing its address as text."""
    settled: list[Token] = []
    within_link = False
    for child in children:
        if child.type == "image":
            text = Token("text", "", 0, content=_shown(child.children or ()) or "image")
            settled += [text] if within_link else _link(child, text)
            continue
        if child.type == "link_close" and settled[-1].type == "link_open":
            settled.append(Token("text", "", 0, content=str(settled[-1].attrGet("href"))))
        if child.type in ("link_open", "link_close"):
            within_link = child.type == "link_open"
        settled.append(child)
    return settled


def _shown(children: Sequence[Token]) -> str:
    """The text that an image stands for; its line breaks are spaces."""
    return "".join(
        _shown(child.children or ())
        if child.type == "image"
        else child.content or " " * (child.tag == "br")
        for child in children
    ).strip()


def _link(image: Token, text: Token) -> list[Token]:
    attributes = {"href": str(image.attrGet("src"))}
    if title := image.attrGet("title"):
        attributes["title"] = str(title)
    return [Token("link_open", "a", 1, attrs=dict(attributes)), text, Token("link_close", "a", -1)]


def _pair_tags(children: list[Token]) -> None:
    """Keep the tags that open and close within one element; the others are text."""
    opened: list[Token] = []
    for child in children:
        if child.type != "note_tag":
            if child.nesting > 0:
                opened.append(child)
            elif child.nesting < 0:
                _close(opened)
        elif child.tag == "br":
            child.type = "hardbreak"
        elif child.markup == "open":
            opened.append(child)
        elif opened and opened[-1].type == "note_tag" and opened[-1].tag == child.tag:
            opened.pop().nesting, child.nesting = 1, -1
        else:
            child.type = "text"
    for token in opened:
        if token.type == "note_tag":
            token.type = "text"


def _close(opened: list[Token]) -> None:
    """Leave the element that ends here; tags that are still open in it are text."""
    while (token := opened.pop()).type == "note_tag":
        token.type = "text"


# --- Writing ---------------------------------------------------------------------------------------------


class _Renderer(RendererHTML):
    """Writes tokens as Zotero's note schema has them."""

    def note_tag(
        self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        """Write a tag without attributes."""
        token = tokens[index]
        return f"</{token.tag}>" if token.nesting < 0 else f"<{token.tag}>"

    def softbreak(
        self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        """Write a space, as GitHub shows a line break in a README."""
        return " "

    def hardbreak(
        self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        """Write a line break."""
        return "<br>"

    def hr(
        self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        """Write a line across the note."""
        return "<hr>\n"

    def fence(
        self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        """Write a block of code between its fences."""
        return _preformatted(tokens[index].content)

    def code_block(
        self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        """Write a block of code that is one by its indentation."""
        return _preformatted(tokens[index].content)

    def math_inline(
        self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        """Write a formula in a line."""
        return f'<span class="math">${escape(tokens[index].content, quote=False)}$</span>'

    def math_block(
        self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        """Write a formula on its own."""
        formula = escape(tokens[index].content.strip(), quote=False)
        return f'<pre class="math">$${formula}$$</pre>\n'


def _preformatted(code: str) -> str:
    """Write code; a browser drops a line break that comes first."""
    code = code.removesuffix("\n")
    first = "\n" if code.startswith("\n") else ""
    return f"<pre>{first}{escape(code, quote=False)}</pre>\n"
