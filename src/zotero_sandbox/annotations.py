"""What the server asks of an annotation: its type, its colour, where it is in the file.

The rules are those of ``Items.inc.php`` and ``Item.inc.php`` of zotero/dataserver.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zotero_sandbox.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_COLOUR = "#ffd400"
_TYPES = frozenset(["highlight", "underline", "note", "text", "image", "ink"])
_WITH_TEXT = frozenset(["highlight", "underline"])
_COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
# Page, offset and top in a PDF; spine and offset in an EPUB; offset in a web page.
_SORT_INDEX: Mapping[str, re.Pattern[str]] = {
    "application/pdf": re.compile(r"\d{5}\|\d{6,7}\|\d{5}", re.ASCII),
    "application/epub+zip": re.compile(r"\d{5}\|\d{8}", re.ASCII),
    "text/html": re.compile(r"\d{7,8}", re.ASCII),
}
_LONGEST = {"annotationPageLabel": 50, "annotationPosition": 65_535}


def checked_annotation(properties: Mapping[str, object], content_type: str) -> dict[str, object]:
    """Return an annotation's properties, with the colour that it has where none is given.

    ``content_type`` is the annotated file's. Raises Refused if a property is not what it may be.
    """
    kind = properties.get("annotationType")
    if kind is None:
        raise Refused(400, "'annotationType' property not provided")
    if kind not in _TYPES:
        raise Refused(400, f"'{kind}' is not a valid annotation type")
    if properties.get("annotationText") and kind not in _WITH_TEXT:
        raise Refused(
            400, "'annotationText' can only be set for highlight and underline annotations"
        )
    colour = properties.get("annotationColor", DEFAULT_COLOUR)
    if not _COLOUR.fullmatch(str(colour)):
        raise Refused(400, "annotationColor must be a hex color (e.g., '#FF0000')")
    _check_place(properties, content_type)
    return {**properties, "annotationColor": colour}


def _check_place(properties: Mapping[str, object], content_type: str) -> None:
    index, form = properties.get("annotationSortIndex"), _SORT_INDEX.get(content_type)
    if index is not None and form and not form.fullmatch(str(index)):
        raise Refused(400, f"Invalid sortIndex '{index}'")
    for name, longest in _LONGEST.items():
        if len(str(properties.get(name, ""))) > longest:
            noun = "page label" if name == "annotationPageLabel" else "position"
            raise Refused(413, f"Annotation {noun} is too long")
