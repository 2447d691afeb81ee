"""Whatever a service sends is read, or is broken: no reader fails in another way."""

import copy
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from zsync.resolvers import arxiv, crossref, csl, cvf, datacite, openreview
from zsync.resolvers.answers import Broken, Reader

SERVICES = Path(__file__).parent / "services"
_NAMES: dict[str, Reader] = {
    "beauty.crossref.json": crossref.read_answer,
    "chapter.crossref.json": crossref.read_answer,
    "chinese.csl.json": csl.read_csl,
    "critic.datacite.json": datacite.read,
    "accepted.note.json": openreview.read,
}
_SENT = {name: json.loads((SERVICES / name).read_text(encoding="utf-8")) for name in _NAMES}
_FEED, _PAGE = (SERVICES / name for name in ("critic.atom.xml", "critic.cvf.html"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=3,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    below = [place for key, each in steps for place in _places(each, (*path, key))]
    return [path, *below] if path else below


@settings(max_examples=150)
@given(st.sampled_from(sorted(_NAMES)), st.data())
def test_any_value_in_any_place(name: str, data: st.DataObject) -> None:
    sent = copy.deepcopy(_SENT[name])
    *path, last = data.draw(st.sampled_from(_places(sent)))
    holder = sent
    for step in path:
        holder = holder[step]
    holder[last] = data.draw(VALUES)
    with suppress(Broken):
        for found in _NAMES[name](json.dumps(sent).encode()):
            assert found.title
            assert all(isinstance(value, str) and value for value in found.fields.values())


@settings(max_examples=60)
@given(st.integers(min_value=0), st.binary(max_size=8))
def test_bytes_in_any_place_of_a_feed_or_page(place: int, noise: bytes) -> None:
    for path, reader in ((_FEED, _read_feed), (_PAGE, cvf.read)):
        sent = path.read_bytes()
        cut = place % len(sent)
        for spoilt in (sent[:cut] + noise + sent[cut:], sent[:cut] + noise):
            with suppress(Broken):
                reader(spoilt)


def _read_feed(body: bytes) -> tuple[object, ...]:
    return tuple(arxiv.read_entry(entry) for entry in arxiv.read_feed(body).entries.values())
