"""Dates as the server reads them: timestamps of objects, and the free text of an item's date field."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_SQL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:?\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(\d\d)(?:-(\d\d))?(?!\d)", re.ASCII)
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)", re.ASCII)
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)", re.ASCII)
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
_DAY_OF_MONTH = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?(?![\w])", re.ASCII | re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def timestamp(moment: datetime) -> str:
    """Return a moment as the API writes it, e.g. ``2026-11-24T02:41:39Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_timestamp(text: str) -> str | None:
    """Return an ISO 8601 or SQL timestamp as the API writes it, in UTC; None if it is neither.

    Fractions of a second are refused by the server, offsets are converted.
    """
    if _SQL.fullmatch(text):
        text = text.replace(" ", "T") + "Z"
    elif not _ISO.fullmatch(text):
        return None
    try:
        return timestamp(datetime.fromisoformat(text))
    except ValueError:
        return None


def parse_access_date(text: str, now: str) -> str | None:
    """Return the value of ``accessDate``: a timestamp, or a day that stays a day; None if it is neither."""
    if text == "CURRENT_TIMESTAMP":
        return now
    return text if not text or _DAY.fullmatch(text) else parse_timestamp(text)


def parse_date(text: str) -> str:
    """Return ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` found in free text, or nothing.

    Follows what Zotero's ``strToDate`` finds for the usual forms: ISO dates, ``May 3, 2021``,
    ``20 May 2019``, ``13/05/2020``, ``c. 1850``. A day needs a month, a month needs a year.
    """
    return _parse_iso(text) or _parse_slashed(text) or _parse_words(text)


def _joined(year: int, month: int = 0, day: int = 0) -> str:
    if not year:
        return ""
    parts = [f"{year:04}"]
    if 1 <= month <= 12:
        parts.append(f"{month:02}")
        if 1 <= day <= 31:
            parts.append(f"{day:02}")
    return "-".join(parts)


def _parse_iso(text: str) -> str:
    found = _ISO_DATE.search(text)
    return _joined(*(int(part or 0) for part in found.groups())) if found else ""


def _parse_slashed(text: str) -> str:
    """``06/05/2020`` is the fifth of June, unless the first number cannot be a month."""
    found = _SLASHED.search(text)
    if not found:
        return ""
    first, second, year = (int(part) for part in found.groups())
    return _joined(year, second, first) if first > 12 else _joined(year, first, second)


def _parse_words(text: str) -> str:
    year = _YEAR.search(text)
    if not year:
        return ""
    rest = text[: year.start()] + " " + text[year.end() :]
    month = _MONTH.search(rest)
    if not month:
        return _joined(int(year[1]))
    day = _DAY_OF_MONTH.search(rest)
    return _joined(int(year[1]), _MONTHS.index(month[1].lower()) + 1, int(day[1]) if day else 0)
