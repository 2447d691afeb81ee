"""Bodies within limits, however they arrive and however they are packed."""

import gzip

import pytest

from zsync.network import BadBody, read_body

MOST = 1_000


@pytest.mark.parametrize("encoding", ["", "identity", "gzip", " GZIP "])
def test_a_body_of_the_allowed_size_is_given_unpacked(encoding: str) -> None:
    body = b"a" * MOST
    sent = gzip.compress(body, mtime=0) if "gzip" in encoding.lower() else body
    assert read_body([sent[:9], sent[9:]], encoding, MOST) == body


@pytest.mark.parametrize("size", [MOST + 1, 2 * MOST, 1_000 * MOST])
def test_a_larger_one_is_refused_packed_or_not(size: int) -> None:
    body = b"a" * size
    for sent, encoding in ((body, ""), (gzip.compress(body, mtime=0), "gzip")):
        with pytest.raises(BadBody, match="too large"):
            read_body([sent], encoding, MOST)


def test_what_arrives_is_counted_as_well_as_what_comes_out_of_it() -> None:
    nothing = gzip.compress(b"", mtime=0) * MOST
    with pytest.raises(BadBody, match="too large"):
        read_body([nothing], "gzip", MOST)


def test_an_endless_body_is_left_in_the_middle() -> None:
    chunks = iter([b"a" * MOST] * 3)
    with pytest.raises(BadBody, match="too large"):
        read_body(chunks, "", MOST)
    assert next(chunks)


@pytest.mark.parametrize(
    ("sent", "encoding", "why"),
    [
        (gzip.compress(b"words", mtime=0)[:-9], "gzip", "cut short"),
        (b"words", "gzip", "cannot be unpacked"),
        (gzip.compress(b"words", mtime=0), "gzip, gzip", "was not asked for"),
        (b"words", "br", "was not asked for"),
    ],
)
def test_what_cannot_be_unpacked_is_refused(sent: bytes, encoding: str, why: str) -> None:
    with pytest.raises(BadBody, match=why):
        read_body([sent], encoding, MOST)
