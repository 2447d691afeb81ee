"""Dates as people type them into Zotero -> ISO 8601-2 (EDTF level 1) parts.

Zotero keeps dates as free text. BibLaTeX reads EDTF (its manual, "Date and Time Specifications"), BibTeX a
year and a month. What is understood here: ISO and EDTF, month names of the main European languages and
Chinese or Japanese numerals, day and month in digits (day first unless only the other order fits), seasons,
ranges, "circa", and an original date in brackets. What is not understood stays text and is never made up.

It is code of ours because EDTF is only one of the forms in which people type dates, and no library
reads the others, in thirty languages, within the budget.
"""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR
from functools import lru_cache
from typing import Final

from zsync.core.patterns import regex

_MONTH_NAMES: Final = """
1 january janvier januar enero janeiro gennaio januari januára styczeń leden ledna января январь
1 一月 stycznia tammikuu ianuarie január siječanj siječnja ocak ιανουαριος ιανουαριου jän jänner genn
1 ene gener jaanuar січня sausio janvāris janúar ינואר
2 february février fevrier februar febrero fevereiro febbraio februari luty únor února февраля
2 февраль 二月 lutego helmikuu februarie február veljača veljače şubat φεβρουαριος φεβρουαριου
2 febrer veebruar лютого vasario februāris febrúar פברואר ii
3 march mars märz marz marzo março maart marts marec marzec březen března марта март 三月 marca
3 maaliskuu martie március ožujak ožujka mart mär maa mrz μαρτιος μαρτιου març märts березня kovo
3 מרץ iii
4 april avril abril aprile kwiecień duben dubna апреля апрель 四月 kwietnia huhtikuu aprilie április
4 travanj travnja nisan avr abr απριλιος απριλιου aprill квітня balandžio aprīlis apríl אפריל iv
5 may mai mayo maio maggio mei maj máj květen května мая май 五月 maja toukokuu május svibanj
5 svibnja mayıs mag μαιος μαιου maig травня gegužės maijs maí מאי
6 june juin juni junio junho giugno czerwiec červen června июня июнь 六月 czerwca kesäkuu iunie
6 június lipanj lipnja haziran giu jun ιουνιος ιουνιου juny juuni червня birželio jūnijs júní jún
6 יוני vi
7 july juillet juli julio julho luglio lipiec červenec července июля июль 七月 lipca heinäkuu iulie
7 július srpanj srpnja temmuz juil lug jul ιουλιος ιουλιου juliol juuli липня liepos jūlijs júlí júl
7 יולי vii
8 august août aout agosto augusti augustus sierpień srpen srpna августа август 八月 sierpnia elokuu
8 augusztus kolovoz kolovoza ağustos ago αυγουστος αυγουστου agost серпня rugpjūčio augusts ágúst
8 אוגוסט viii
9 september septembre septiembre setiembre setembro settembre wrzesień září сентября сентябрь 九月
9 września syyskuu septembrie szeptember rujan rujna eylül sept set σεπτεμβριος σεπτεμβριου setembre
9 вересня rugsėjo septembris ספטמבר ix
10 october octobre oktober octubre outubro ottobre październik říjen října октября октябрь 十月
10 października lokakuu octombrie október ekim okt out ott οκτωβριος οκτωβριου
10 oktoober жовтня spalio oktobris אוקטובר
11 november novembre noviembre novembro listopad listopada listopadu ноября ноябрь 十一月 marraskuu
11 noiembrie studeni studenoga kasım νοεμβριος νοεμβριου листопада lapkričio novembris nóvember נובמבר xi
12 december décembre decembre dezember diciembre dezembro dicembre desember grudzień prosinec
12 prosince декабря декабрь 十二月 grudnia joulukuu decembrie prosinac prosinca aralık dez dic
12 δεκεμβριος δεκεμβριου desembre detsember грудня gruodžio decembris דצמבר xii
"""
_SEASON_NAMES: Final = """
21 spring printemps frühling frühjahr primavera lente forår vår vårt wiosna jaro весна 春
22 summer été sommer verano estate zomer sommar verão lato léto лето 夏
23 autumn fall automne herbst otoño autunno herfst efterår höst outono jesień podzim осень 秋
24 winter hiver invierno inverno vinter zima зима 冬
"""
_FILLERS: Final = frozenset({
    "a", "an", "and", "d", "de", "del", "den", "der", "des", "di", "do", "du", "er", "from", "g",
    "in", "le", "m", "nd", "o", "of", "rd", "st", "ta", "th", "the", "г", "ª", "º",
})  # fmt: skip
_WEEKDAYS: Final = frozenset({
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday", "sunday",
})  # fmt: skip


def _fold(text: str) -> str:
    """Case and accents aside: "Février", "fevrier"; "Μαΐου", "μαιου"."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _numbered(table: str) -> dict[str, int]:
    """Read lines of a number and the names that mean it."""
    lines = (line.split() for line in table.split("\n") if line)
    return {_fold(name): int(number) for number, *names in lines for name in names}


def _shortened(names: dict[str, int]) -> dict[str, int]:
    """Add every beginning of three letters or more wherever it means one number only."""
    shorts: dict[str, set[int]] = {}
    for name, number in names.items():
        for length in range(3, len(name)):
            shorts.setdefault(name[:length], set()).add(number)
    return {**{short: min(found) for short, found in shorts.items() if len(found) == 1}, **names}


_MONTHS: Final = _shortened(_numbered(_MONTH_NAMES)) | {"mar": 3}
_SEASONS: Final = _numbered(_SEASON_NAMES)


@dataclass(frozen=True, slots=True)
class Moment:
    """One end of a date: ISO parts as text, ``""`` where unknown; ``mark`` is EDTF's ``?``, ``~`` or ``%``.

    ``month`` 21 to 24 are EDTF's seasons. A part may hold ``X`` for a digit that is not known.
    """

    year: str = ""
    month: str = ""
    day: str = ""
    time: str = ""
    mark: str = ""

    @property
    def date(self) -> str:
        """Year, month and day, as far as known."""
        return "-".join(part for part in (self.year, self.month, self.day) if part)

    def __str__(self) -> str:
        return f"{self.date}{'T' if self.time else ''}{self.time}{self.mark}"


@dataclass(frozen=True, slots=True)
class Date:
    """A date or a range. ``end`` is None for a single moment, an empty :class:`Moment` for an open range.

    ``original`` is the date of first publication where the text names one in brackets.
    """

    start: Moment
    end: Moment | None = None
    original: Moment | None = None

    @property
    def edtf(self) -> str:
        """The date (without the original one) as EDTF."""
        return str(self.start) if self.end is None else f"{self.start}/{self.end}"


_PART: Final = r"\d{1,2}|[Xu]{2}"
_ISO: Final = regex(
    rf"(?P<year>-?\d{{4}}|\d{{3}}[Xu]|\d\d[Xu]{{2}}|[Yy]-?\d{{5,}})"
    rf"(?:-(?P<month>{_PART})(?:-(?P<day>{_PART})"
    rf"(?:[T ](?P<time>\d\d:\d\d:\d\d)(?:\.\d+)?(?P<zone>Z|[+-]\d\d:?\d\d)?)?)?)?(?P<mark>\?~|[?~%])?"
)
_ZONE: Final = regex(r"([+-]\d\d):?(\d\d)")
# A quarter or a week of a year, of which the year is what styles print.
_PART_OF_YEAR: Final = regex(
    r"(?:Q[1-4]|(?:1st|2nd|3rd|4th|first|second|third|fourth) quarter)(?:,| of)? (?P<year>\d{4})"
    r"|(?P<of_week>\d{4})-W\d\d",
    re.IGNORECASE,
)
_COMPACT: Final = regex(r"([12]\d{3})(\d\d)(\d\d)")
_SEPARATOR: Final = r"\s*[-/.]\s*|\s+"
_DIGITS_ONLY: Final = regex(
    rf"(\d{{1,4}})({_SEPARATOR})(\d{{1,2}})\2(\d{{1,4}})"
    rf"|(?P<month>\d{{1,2}})(?:{_SEPARATOR})(?P<year>\d{{4}})"
    r"|(?P<first_year>\d{4})[/.](?P<later_month>\d{1,2})"
)
_CJK: Final = regex(r"(\d{4})\s*[年년](?:\s*(\d{1,2})\s*[月월](?:\s*(\d{1,2})\s*[日일])?)?")
_ORIGINAL: Final = regex(
    r"\[(?P<first>[^][]+)\]\s*(?P<rest>[^][]+)|(?P<date>[^][]+?)\s*\[(?P<last>[^][]+)\]"
)
_SUPPLIED: Final = regex(r"\[([^][]+)\](\.?)")
_CIRCA: Final = regex(r"(?:circa|ca\.?|c\.)\s*(?=\d)", re.IGNORECASE)
_CENTURY: Final = regex(r"(\d{1,2})(?:st|nd|rd|th) century", re.IGNORECASE)
# The 1990s, or as catalogues write what they do not know: 199?, 199-?.
_DECADE: Final = regex(r"(?:the )?(\d{3})(?:0['’]?s|-?\?)", re.IGNORECASE)
_ERA: Final = regex(
    r"(?:AD|A\.D\.)\s*(?P<ad>\d{1,4})|(?P<year>\d{1,4})\s*(?:(?P<bc>B\.?C\.?(?:E\.?)?)|CE|C\.E\.|AD|A\.D\.)"
)
# What clocks and mail programs put beside a date: 10:00, at 10:00 AM (UTC), T10:00Z, 10:00:00 CET, 10am.
_TIME_OF_DAY: Final = regex(
    r"(?:[,T ]+(?:(?:at|um|kl\.?) )?)?(?:(?<![\d:.])|(?<=[^\W\d_]\d{4}))"
    r"\d{1,2}(?::\d\d(?::\d\d(?:[.,]\d+)?)?|(?= ?[ap]\.?m\b))(?: ?[AaPp]\.?[Mm]\b\.?)?(?: ?(?:Uhr|h)\b)?"
    # Its zone: a sign and numbers, letters, a name in brackets, a city.
    r"(?: ?(?:(?:UTC|GMT)?[+-]\d{1,2}(?::?\d\d)?|[A-Z][a-z]+/[A-Z]\w+|[A-Z]{1,5}\b|\([^()]*\)))*",
    re.ASCII,
)
# With a comma, which no one else writes, an American's month and day in digits.
_AMERICAN: Final = regex(r"(\d{1,2})[ /.-](\d{1,2}), ?(\d{4})")
_TOKEN: Final = regex(r"\d+|[^\W\d_]+")
_RANGE: Final = regex(r"\s*(?:--|[-–—/_]|\b(?:to|bis|au|al|till?|and)\b)\s*")
_RANGE_WORDS: Final = regex(r"(?:from|between|du|von|vom|dal|del)\s+(?=\d)", re.IGNORECASE)
_UNDATED: Final = frozenset({"n.d.", "n.d", "nd", "no date", "undated", "s.d.", "o.j."})
_SHORT_END: Final = regex(r"(\d\d)(\d\d)\s*[-–/]\s*(\d\d)")
_LONGEST: Final = 80  # longer texts are remarks, not dates


def is_undated(text: str) -> bool:
    """Whether a text says that there is no date."""
    return text.strip().casefold() in _UNDATED


@lru_cache(maxsize=4096)
def parse_date(text: str) -> Date | None:
    """Understand a date as typed, or None: "12-14 Dec 1986", "[1923] 1958", "199X", "vår 2015"."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    if found := _ORIGINAL.fullmatch(text):
        return _parse_with_original(found["rest"] or found["date"], found["first"] or found["last"])
    if found := _SUPPLIED.fullmatch(text):
        text = found[1]
    if moment := _parse_moment(text):
        return Date(moment)
    if date := _parse_range(text):
        return date
    day = _TIME_OF_DAY.sub(" ", text, count=1)
    return parse_date(day) if day != text else None


def _parse_with_original(text: str, original: str) -> Date | None:
    date, first = parse_date(text), _parse_moment(original.strip())
    return replace(date, original=first) if date and first else None


def _parse_moment(text: str) -> Moment | None:
    if found := _DECADE.fullmatch(text):
        return Moment(f"{found[1]}X")
    if found := _ISO.fullmatch(text):
        return _from_iso(found)
    if found := _COMPACT.fullmatch(text):
        return _checked(*found.groups())
    if found := _CJK.match(text):
        return _checked(found[1], found[2] or "", found[3] or "")
    if found := _PART_OF_YEAR.fullmatch(text):
        return Moment(found["year"] or found["of_week"])
    if found := _CENTURY.fullmatch(text):
        return Moment(f"{int(found[1]) - 1:02}XX")
    if found := _ERA.fullmatch(text):
        return _from_era(found)
    if found := _CIRCA.match(text):
        moment = _parse_moment(text[found.end() :])
        return moment and replace(moment, mark="~")
    if found := _DIGITS_ONLY.fullmatch(text):
        return _from_digits(found)
    if found := _AMERICAN.fullmatch(text):
        month, day, year = found.groups()
        month, day = (month, day) if int(month) <= 12 else (day, month)
        return _checked(year, month, day) if int(month) <= 12 else None
    moment = None if ".." in text or "/" in (text[:1], text[-1:]) else _from_words(text)
    return moment if moment and moment.year and (moment.month or not moment.day) else None


def _from_iso(found: re.Match[str]) -> Moment | None:
    year, month, day = (
        (found[name] or "").replace("u", "X").replace("y", "Y") for name in ("year", "month", "day")
    )
    if month.isdigit() and int(month) > 12:
        if not day and not 21 <= int(month) <= 24:
            return None
        # A month that no calendar has; the year may still be right.
        month, day = ("", "") if day else (month, day)
    moment = _checked(year, month, day)
    mark = (found["mark"] or "").replace("?~", "%")
    # ISO has a colon in both or in neither, and biber reads those with one.
    zone = _ZONE.sub(r"\1:\2", found["zone"] or "")
    return moment and replace(moment, time=(found["time"] or "") + zone, mark=mark)


def _from_era(found: re.Match[str]) -> Moment:
    """Years before Christ count from the year 0, as ISO does: 44 BC is -0043."""
    year = int(found["ad"] or found["year"])
    return Moment(
        f"-{year - 1:04}" if found["bc"] and year > 1 else f"{year - bool(found['bc']):04}"
    )


def _checked(year: str, month: str = "", day: str = "") -> Moment | None:
    """Drop parts that are zero and days that no month has, refuse parts that cannot be, pad the rest."""
    if month.isdigit() and int(month) == 0:
        month = day = ""
    if day.isdigit() and int(day) == 0:
        day = ""
    if (month.isdigit() and int(month) > 24) or (day.isdigit() and int(day) > 31):
        return None
    if day.isdigit() and month.isdigit() and int(day) > _days(year, int(month)):
        day = ""
    return Moment(year, month.zfill(2) if month else "", day.zfill(2) if day else "")


def _days(year: str, month: int) -> int:
    is_year = year.isdigit() and MINYEAR <= int(year) <= MAXYEAR
    return monthrange(int(year) if is_year else 2000, month)[1] if month <= 12 else 0


def _from_digits(found: re.Match[str]) -> Moment | None:
    first, _, second, third = found.groups()[:4]
    if first is None:
        year, month = (
            (found["year"], found["month"])
            if found["year"]
            else (found["first_year"], found["later_month"])
        )
        return _checked(year, month) if 1 <= int(month) <= 12 else None
    if len(first) == 4:
        return _checked(first, second, third) if int(second) <= 12 and len(third) < 3 else None
    if len(third) != 4 or len(first) > 2:
        return None
    day, month = (first, second) if int(second) <= 12 else (second, first)
    return _checked(third, month, day) if int(month) <= 12 else None


def _from_words(text: str) -> Moment | None:
    """Day, month name and year in any order; an end of a range may lack what the other end says."""
    year = month = day = ""
    for token in _TOKEN.findall(_fold(text)):
        number = _MONTHS.get(token) or _SEASONS.get(token)
        if token.isdecimal() and token.isascii():
            if len(token) in (3, 4) and not year:
                year = token.zfill(4)
            elif len(token) <= 2 and not day and 0 < int(token) <= 31:
                day = token
            else:
                return None
        elif number and not month:
            month = str(number)
        elif token not in _FILLERS and token not in _WEEKDAYS:
            return None
    mark = "?" if text.endswith("?") else "~" if text.endswith("~") else ""
    moment = _checked(year, month, day)
    return moment and replace(moment, mark=mark)


def _parse_range(text: str) -> Date | None:
    if found := _SHORT_END.fullmatch(text):
        century, first, last = found.groups()
        return Date(Moment(century + first), Moment(century + last)) if first < last else None
    if found := _RANGE_WORDS.match(text):
        text = text[found.end() :]
    # A slash parts the two ends wherever it stands; a hyphen may also stand inside one of them.
    for separator in sorted(_RANGE.finditer(text), key=lambda found: "/" not in found[0]):
        left, right = text[: separator.start()], text[separator.end() :]
        if date := _join_range(left, right, is_open="/" in separator[0]):
            return date
    return None


def _join_range(left: str, right: str, *, is_open: bool) -> Date | None:
    end = _parse_moment(right) or _from_words(right)
    if is_open and right in ("", "..") and (start := _parse_moment(left)):
        return Date(start, Moment(".." if right else ""))
    if is_open and left in ("", "..") and end and end.year:
        return Date(Moment(".." if left else ""), end)
    start = _parse_moment(left) or _from_words(left)
    if not end or not start:
        return None
    start, end = _share_parts(start, end)
    if not (start.year and end.year) or any(each.day and not each.month for each in (start, end)):
        return None
    return Date(start, end) if _order(start) <= _order(end) else None


def _share_parts(start: Moment, end: Moment) -> tuple[Moment, Moment]:
    """What one end leaves to the other: "12-14 Dec 1986", "2010 May-June"."""
    if not start.year:
        start = replace(start, year=end.year, month=start.month or end.month)
    if not end.year and end.month:
        end = replace(end, year=start.year)
    if end.day and not end.month:
        end = replace(end, month=start.month)
    return start, end


def _order(moment: Moment) -> tuple[int, str, str]:
    year = moment.year.replace("X", "0").removeprefix("Y")
    return int(year), moment.month, moment.day
