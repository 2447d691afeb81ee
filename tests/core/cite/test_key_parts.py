"""What the words of a formula say of an item."""

from dataclasses import replace

import pytest

from zsync.core.cite import key_parts
from zsync.core.cite.key_parts import clean_key
from zsync.core.model import Creator, Item


def paper(*creators: Creator, **fields: str) -> Item:
    return Item("AAAA2222", "journalArticle", fields=fields, creators=creators)


def author(last: str, first: str = "") -> Creator:
    return Creator("author", last, first)


# --- creators ---


@pytest.mark.parametrize(
    ("creator", "words"),
    [
        (author("Vaswani"), ("Vaswani",)),
        (author("van der Berg"), ("van", "der", "Berg")),
        (author("Sackville-West"), ("Sackville-West",)),
        (author("O’Neill"), ("ONeill",)),
        (author("St. John"), ("St.", "John")),
        (author("<i>Doe</i>_1"), ("Doe1",)),
        (author("Świątek"), ("Swiatek",)),
        (author("", "Plato"), ("Plato",)),
        (author("…"), ()),
        (
            Creator("author", name="World Health Organization"),
            ("World", "Health", "Organization"),
        ),
    ],
)
def test_a_family_name_keeps_its_particles_and_hyphens(
    creator: Creator, words: tuple[str, ...]
) -> None:
    assert key_parts.auth(paper(creator)) == words


def test_the_first_role_that_somebody_has_counts() -> None:
    reader, editor = Creator("contributor", "Reader"), Creator("editor", "Editor")
    translator, primary = Creator("translator", "Translator"), author("Author")
    everybody = (reader, translator, editor, primary, author("Second"))
    for creators, name in [
        (everybody, "Author"),
        (everybody[:3], "Editor"),
        (everybody[:2], "Translator"),
        (everybody[:1], "Reader"),
    ]:
        assert key_parts.auth(paper(*creators)) == (name,)
    assert key_parts.auth(paper()) == ()


@pytest.mark.parametrize("role", ["inventor", "director", "podcaster", "artist", "programmer"])
def test_every_item_type_has_its_own_authors(role: str) -> None:
    item = paper(Creator("contributor", "Other"), Creator(role, "Maker"))
    assert key_parts.auth(item) == ("Maker",)


TRIO = paper(author("Vaswani"), author("de la Cruz"), Creator("editor", "Guyon"), author("Ng"))


def test_letters_of_an_author_and_other_authors() -> None:
    assert key_parts.auth(TRIO, 3) == ("Vas",)
    assert key_parts.auth(TRIO, 3, 2) == ("del",)
    assert key_parts.auth(TRIO, 0, 3) == ("Ng",)
    assert key_parts.auth(TRIO, 3, 4) == key_parts.auth(TRIO, 3, 0) == ()


def test_several_authors_are_one_word_each() -> None:
    assert key_parts.authors(TRIO) == ("Vaswani", "delaCruz", "Ng")
    assert key_parts.authors(TRIO, 2) == ("Vaswani", "delaCruz", "EtAl")
    assert key_parts.authors(TRIO, 3) == ("Vaswani", "delaCruz", "Ng")


# --- title ---


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Attention is all you need", "Attention all you need"),
        ("The Art of the Deal", "Art Deal"),
        ("De la grammatologie", "grammatologie"),
        ("Der Prozess und das Schloss", "Prozess und Schloss"),
        ("OF MICE AND MEN", "MICE MEN"),
        ("Off-policy actor-critic", "Offpolicy actorcritic"),
        ("Input/output: a survey", "Input output survey"),
        ("A B C of 3 x 3 tables", "3 3 tables"),
        ("“Quoted”, (bracketed) & {braced} 'words'", "Quoted bracketed braced words"),
        ("CO<sub>2</sub> and <i>E. coli</i> DNA", "CO2 coli DNA"),
        ("Don't stop — 2 < 3", "Dont stop 2 3"),
        ("snake_case in U.S. law", "snakecase US law"),
        ("Über die Größe", "Uber Grosse"),
        ("Théorie de l’information à Paris", "Theorie linformation Paris"),
        ("Анализ данных", "Analiz dannyh"),
        ("机器学习: 方法", "机器学习 方法"),
        ("象 in the room", "象 room"),
        ("हिन्दी भाषा", "हिन्दी भाषा"),
        ("I ❤️ Python", "Python"),
    ],
)
def test_a_title_is_its_significant_words(title: str, words: str) -> None:
    assert " ".join(key_parts.title(paper(title=title))) == words


def test_a_short_title_is_the_first_words_some_of_them_with_a_capital() -> None:
    item = paper(title="mRNA folding in living cells")
    assert key_parts.shorttitle(item) == ("mRNA", "folding", "living")
    assert key_parts.shorttitle(item, 2) == ("mRNA", "folding")
    assert key_parts.shorttitle(item, 3, 2) == ("MRNA", "Folding", "living")
    assert key_parts.veryshorttitle(item) == ("mRNA",)
    assert key_parts.veryshorttitle(item, 1, 1) == ("MRNA",)
    assert key_parts.shorttitle(paper()) == ()


# --- date ---


@pytest.mark.parametrize(
    ("date", "year", "short", "month"),
    [
        ("2017-06-12", "2017", "17", "jun"),
        ("June 2017", "2017", "17", "jun"),
        ("12 mars 2005", "2005", "05", "mar"),
        ("2020年3月4日", "2020", "20", "mar"),
        ("1897-1913", "1897", "97", ""),
        ("30 Dec 1999 – 2 Jan 2000", "1999", "99", "dec"),
        ("../2014", "2014", "14", ""),
        ("[1923] 1958", "1958", "58", ""),
        ("ca. 1860", "1860", "60", ""),
        ("Spring 2011", "2011", "11", ""),
        ("199X", "1990", "90", ""),
        ("Y52000", "52000", "00", ""),
        ("printed 1984, sold later", "1984", "84", ""),
        ("20xx", "20xx", "20xx", ""),
        ("in press", "inpress", "inpress", ""),
        ("n.d.", "n.d.", "n.d.", ""),
        ("--", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_the_date_gives_year_and_month(date: str, year: str, short: str, month: str) -> None:
    item = paper(date=date)
    said = (key_parts.year(item), key_parts.shortyear(item), key_parts.month(item))
    assert tuple("".join(words) for words in said) == (year, short, month)


def test_laws_and_patents_have_dates_of_their_own() -> None:
    assert key_parts.year(paper(dateEnacted="1999-01-01")) == ("1999",)
    assert key_parts.year(paper(issueDate="2001")) == ("2001",)


# --- where it appeared, what it is ---


def test_a_journal_is_its_abbreviation_else_its_name() -> None:
    long = paper(publicationTitle="Journal of Machine Learning Research")
    assert key_parts.journal(long) == ("Journal", "Machine", "Learning", "Research")
    short = replace(long, fields={**long.fields, "journalAbbreviation": "J. Mach. Learn. Res."})
    assert key_parts.journal(short) == ("Mach", "Learn", "Res")


def test_a_venue_is_called_as_in_the_list() -> None:
    conference = "IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)"
    item = replace(paper(conferenceName=conference), item_type="conferencePaper")
    assert key_parts.venue(item) == ("CVPR",)
    assert key_parts.venue(paper()) == ()


def test_a_type_is_zotero_s() -> None:
    assert key_parts.item_type(paper()) == ("journalArticle",)


# --- what a key may hold ---


def test_a_key_loses_what_bibtex_or_biber_cannot_read() -> None:
    assert clean_key("a\\b\"c#d%e'f(g)h,i=j{k}l~m n\to\u00a0p^q@r") == "abcdefghijklmnopqr"
    assert clean_key("Doe:2020+a/b-c_d.e*[f]機é") == "Doe:2020+a/b-c_d.e*[f]機é"


def test_a_key_loses_what_nobody_can_see() -> None:
    assert clean_key("a\u200bb\u00adc\u2066d\ufe0fe\ufefff\U000e0061g") == "abcdefg"
