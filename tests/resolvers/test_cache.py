"""Answers that are kept."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from zsync.resolvers.cache import AnswerCache, Kept

DAY = 86400.0


class Days:
    """A calendar that a test turns."""

    def __init__(self) -> None:
        self.today = 0.0

    def __call__(self) -> float:
        return self.today * DAY


def test_an_answer_is_fresh_for_its_days_and_kept_beyond(tmp_path: Path) -> None:
    calendar = Days()
    cache = AnswerCache(tmp_path / "answers", calendar)
    assert cache.get("crossref /works/10.1/x") is None
    cache.put("crossref /works/10.1/x", b"{}", 30)
    assert cache.get("crossref /works/10.1/x") == Kept(b"{}", fresh=True)
    calendar.today = 31
    assert cache.get("crossref /works/10.1/x") == Kept(b"{}", fresh=False)
    cache.close()


def test_a_refusal_is_kept_for_a_day(tmp_path: Path) -> None:
    calendar = Days()
    cache = AnswerCache(tmp_path / "answers", calendar)
    cache.put("q", None, 30)
    calendar.today = 0.9
    assert cache.get("q") == Kept(None, fresh=True)
    calendar.today = 1.1
    assert cache.get("q") == Kept(None, fresh=False)
    cache.close()


def test_the_next_run_finds_them(tmp_path: Path) -> None:
    first = AnswerCache(tmp_path / "new folder" / "answers")
    first.put('it\'s a "question"', b"\x00\xff", 1)
    first.close()
    second = AnswerCache(tmp_path / "new folder" / "answers")
    assert second.get('it\'s a "question"') == Kept(b"\x00\xff", fresh=True)
    second.close()


@pytest.mark.parametrize("damage", [b"not a database" * 100, b""])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "answers").write_bytes(damage)
    cache = AnswerCache(tmp_path / "answers")
    cache.put("q", b"a", 1)
    assert cache.get("q") == Kept(b"a", fresh=True)
    cache.close()


def test_where_no_file_can_be_written_the_answers_stay_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = AnswerCache(tmp_path / "file" / "answers")
    cache.put("q", b"a", 1)
    assert cache.get("q") == Kept(b"a", fresh=True)
    cache.close()


def test_what_nobody_asks_again_is_forgotten_after_a_year(tmp_path: Path) -> None:
    calendar = Days()
    first = AnswerCache(tmp_path / "answers", calendar)
    first.put("q", b"a", 30)
    first.close()
    calendar.today = 396
    second = AnswerCache(tmp_path / "answers", calendar)
    assert second.get("q") is None
    second.close()


def test_a_file_that_another_run_holds_costs_nothing_but_the_answer(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path / "answers")
    cache._connection.execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(tmp_path / "answers", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        cache.put("q", b"a", 1)
        assert cache.get("q") is None
        other.execute("ROLLBACK")
    cache.close()


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE answer SET good_until = 'never'",
        "UPDATE answer SET body = 7",
        "UPDATE answer SET question = x'00'",
        "ALTER TABLE answer RENAME COLUMN body TO text",
        "CREATE TABLE answers (question TEXT)",
    ],
)
def test_wrong_content_is_made_anew_and_told(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "answers"
    cache = AnswerCache(path)
    cache.put("q", b"a", 1)
    cache.close()
    assert not cache.notice
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(wrong)
    cache = AnswerCache(path)
    assert cache.notice == "answers was built again: its content was wrong."
    assert cache.get("q") is None
    cache.put("q", b"b", 1)
    assert cache.get("q") == Kept(b"b", fresh=True)
    cache.close()
