"""The formula language for citation keys."""

import re
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zsync.core.cite.formula import FILTERS, PARTS, FormulaError, parse_formula
from zsync.core.cite.policy import DEFAULT_FORMULA
from zsync.core.model import Creator, Item

RESNET = Item(
    "AAAA2222",
    "conferencePaper",
    fields={
        "title": "Deep Residual Learning for Image Recognition",
        "date": "June 2016",
        "conferenceName": "IEEE Conference on Computer Vision and Pattern Recognition (CVPR)",
        "publicationTitle": "Proceedings of CVPR",
    },
    creators=tuple(Creator("author", name) for name in ("He", "Zhang", "Ren", "Sun")),
)
PARTICLES = replace(RESNET, creators=(Creator("author", "van den Oord"),))
NOTHING = Item("AAAA2222", "journalArticle")


@pytest.mark.parametrize(
    ("formula", "key"),
    [
        (DEFAULT_FORMULA, "heDeepResidualLearning2016"),
        ("auth + year", "He2016"),
        ("auth.lower + year", "he2016"),
        ("auth + '_' + shorttitle + '_' + year", "He_DeepResidualLearning_2016"),
        # Zotero's own.
        ("auth.lower+'_'+veryshorttitle.lower+'_'+year.default('nodate')", "he_deep_2016"),
        # In the manner of BibTeX's alpha style.
        ("authors(3).abbr + shortyear", "HZRE16"),
        ("auth(1) + auth(1,2) + auth(1,3) + shortyear", "HZR16"),
        # In the manner of the ACL Anthology.
        ("authors(1).condense('-').lower + '-' + year", "he-etal-2016"),
        ('auth.lower + ":" + venue.lower + shortyear', "he:cvpr16"),
    ],
)
def test_the_formulas_that_people_use(formula: str, key: str) -> None:
    assert parse_formula(formula).key(RESNET) == key


@pytest.mark.parametrize(
    ("formula", "key"),
    [
        ("auth", "He"),
        ("auth(1)", "H"),
        ("auth(3,2)", "Zha"),
        ("authors", "HeZhangRenSun"),
        ("authors(2)", "HeZhangEtAl"),
        ("title", "DeepResidualLearningImageRecognition"),
        ("shorttitle", "DeepResidualLearning"),
        ("shorttitle(2)", "DeepResidual"),
        ("shorttitle(1).lower", "deep"),
        ("veryshorttitle", "Deep"),
        ("year", "2016"),
        ("shortyear", "16"),
        ("month", "jun"),
        ("journal", "ProceedingsCVPR"),
        ("venue", "CVPR"),
        ("type", "conferencePaper"),
    ],
)
def test_every_part(formula: str, key: str) -> None:
    assert parse_formula(formula).key(RESNET) == key


@pytest.mark.parametrize(
    ("formula", "key"),
    [
        ("auth.lower", "vandenoord"),
        ("auth.upper", "VANDENOORD"),
        ("auth.capitalize", "VanDenOord"),
        ("auth.abbr", "vdO"),
        ("auth.abbr.upper", "VDO"),
        ("auth.substring(4)", "denOord"),
        ("auth.substring(1,4)", "vand"),
        ("auth.substring(40) + 'x'", "itemAAAA2222"),
        ("auth.condense('-')", "van-den-Oord"),
        ("shorttitle.condense('').lower", "deepresiduallearning"),
        ("auth.prefix('by_')", "by_vandenOord"),
        ("auth.default('nobody')", "vandenOord"),
    ],
)
def test_every_filter(formula: str, key: str) -> None:
    assert parse_formula(formula).key(PARTICLES) == key


@pytest.mark.parametrize(
    ("formula", "key"),
    [
        ("year.default('nd') + type", "ndjournalArticle"),
        ("type + year.prefix('_')", "journalArticle"),
        ("type + '_' + year", "journalArticle_"),
        ("year.prefix('_').default('nd') + type", "ndjournalArticle"),
    ],
)
def test_what_an_item_does_not_say_is_left_out(formula: str, key: str) -> None:
    assert parse_formula(formula).key(NOTHING) == key


@pytest.mark.parametrize(
    ("author", "title", "whole", "ascii_only"),
    [
        ("Müller", "Das Ohr", "mullerOhr2016", "mullerOhr2016"),
        ("王", "R3 networks", "王R3Networks2016", "wangR3Networks2016"),
        ("王", "草原", "王草原2016", "wang2016"),
        ("欧阳修文", "草原", "欧阳修文草原2016", "ouyang2016"),
        ("長谷川花", "Moss", "長谷川花Moss2016", "hasegawaMoss2016"),
        ("김민지", "이끼", "김민지이끼2016", "kimiggi2016"),
        ("すずき", "Moss", "すずきMoss2016", "suzukiMoss2016"),
        ("草原研究所", "Moss", "草原研究所Moss2016", "Moss2016"),
        ("齾", "草原", "齾草原2016", "itemAAAA2222"),
        ("Иванов", "Мох", "ivanovMoh2016", "ivanovMoh2016"),
        ("", "1984", "19842016", "19842016"),
    ],
)
def test_a_key_in_ascii_has_no_letter_that_pdflatex_does_not_cite_by(
    author: str, title: str, whole: str, ascii_only: str
) -> None:
    creators = (Creator("author", name=author),) if author else ()
    item = Item("AAAA2222", "book", fields={"title": title, "date": "2016"}, creators=creators)
    formula = parse_formula(DEFAULT_FORMULA)
    assert (formula.key(item), formula.key(item, ascii_only=True)) == (whole, ascii_only)


def test_a_family_name_that_stands_apart_is_read_whole_or_not_at_all() -> None:
    formula = parse_formula("authors.condense('_')")
    people = [("王", "小明"), ("王府", "小明"), ("남궁", "민"), ("de la Cruz", "Ana")]
    creators = tuple(Creator("author", last, first) for last, first in people)
    item = Item("AAAA2222", "book", creators=creators)
    assert formula.key(item, ascii_only=True) == "Wang__Namgung_delaCruz"


@pytest.mark.parametrize("formula", [DEFAULT_FORMULA, "auth + '_' + year", "'x' + month"])
def test_an_item_that_says_nothing_is_called_by_its_own_key(formula: str) -> None:
    assert parse_formula(formula).key(NOTHING) == "itemAAAA2222"


def test_space_around_words_does_not_count_and_a_formula_is_read_once() -> None:
    spaced = parse_formula("  auth . lower+\n'_' + shorttitle ( 2 , 1 )  ")
    assert spaced == parse_formula("auth.lower + '_' + shorttitle(2,1)")
    assert parse_formula(DEFAULT_FORMULA) is parse_formula(DEFAULT_FORMULA)


# --- what cannot be read ---


@pytest.mark.parametrize(
    ("formula", "complaint", "advice"),
    [
        ("", "it is empty", "The usual one is auth.lower + shorttitle(3,3) + year."),
        (" ", "it is empty", "The usual one is"),
        ("'a' + 'b'", "it says nothing of an item", "Add one of auth, authors, title"),
        ("auth + shorttitel(3)", "character 8: `shorttitel` is not known", "mean `shorttitle`?"),
        ("Auth", "character 1: `Auth` is not known", "Did you mean `auth`?"),
        ("auth.lowr", "character 6: `lowr` is not known", "Did you mean `lower`?"),
        ("zotero + year", "character 1: `zotero` is not known", "Known here: auth, authors, title"),
        ("auth.fold", "character 6: `fold` is not known", "Known here: lower, upper"),
        ("auth + lower", "character 8: `lower` is not known here", "It is written .lower."),
        ("year.auth", "character 6: `auth` is not known here", "It is written auth, auth(3)"),
        ("auth_year", "character 5: `_` does not belong here", "Parts are joined by +"),
        ("auth year", "character 6: `year` does not belong here", "Parts are joined by +"),
        ("[auth][year]", "character 1: `[` does not belong here", "texts stand in quotes"),
        ("auth + + year", "character 8: `+` does not belong here", "Parts are joined by +"),
        ("auth)", "character 5: `)` does not belong here", "Parts are joined by +"),
        ("auth +", "character 7: a word is missing", "Parts are joined by +"),
        ("auth.", "character 6: a word is missing", "Parts are joined by +"),
        ("auth + 'x", "character 8: the quote `'` is not closed", "Put another ' after"),
        ("\"x' + auth", 'character 1: the quote `"` is not closed', 'Put another " after'),
        (
            "auth(3 + year",
            "character 8: `+` does not belong into the brackets of `auth`",
            "auth(3)",
        ),
        ("auth(3", "character 1: the bracket after `auth` is not closed", "Put a ) there."),
        ("auth(3,", "character 1: the bracket after `auth` is not closed", "Put a ) there."),
        ("auth(n=3)", "character 6: `n` does not belong into the brackets of `auth`", "auth(3)"),
        ("auth(1,2,3)", "character 1: `auth` does not go with", "It is written auth, auth(3)"),
        ("auth('x')", "character 1: `auth` does not go with", "It is written auth, auth(3)"),
        (
            "year(2)",
            "character 1: `year` does not go with",
            "It is written year: year of publication",
        ),
        ("auth.prefix(3)", "character 6: `prefix` does not go with", "It is written .prefix('_')"),
        ("auth.prefix", "character 6: `prefix` wants brackets", "It is written .prefix('_')"),
        ("auth(99999)", "character 6: `99999` is too much", "Take it smaller."),
        ("auth + ', '", "character 8: `', '` holds what no citation key may hold", "are safe"),
        ("auth.prefix('#')", "character 13: `'#'` holds what no citation key may", "are safe"),
    ],
)
def test_a_formula_that_cannot_be_read_says_where_and_what_to_do(
    formula: str, complaint: str, advice: str
) -> None:
    with pytest.raises(FormulaError, match=re.escape(complaint)) as caught:
        parse_formula(formula)
    assert advice in caught.value.advice


# --- laws ---

READABLE = re.compile(r"[^\s\\\"#%'(),={}~^@\x00-\x1f\x7f-\x9f\u200b-\u200f\ufeff]+")
TEXTS = st.one_of(
    st.text(max_size=20),
    st.text("aB1 -_.:/'\"#%(),={}~^@\\<>&éßЖ机ा\u200b\ufe0f\u0301", max_size=20),
)
ITEMS = st.builds(
    lambda key, title, date, language, names: Item(
        key,
        "book",
        fields={"title": title, "date": date, "language": language},
        creators=tuple(Creator("author", name) for name in names),
    ),
    TEXTS,
    TEXTS,
    TEXTS,
    st.sampled_from(["", "de", "uk", "bg"]),
    st.lists(TEXTS, max_size=3),
)
CALLS = st.sampled_from(
    [form.strip() for word in PARTS.values() for form in re.split(r", (?=[a-z])", word.written)]
)
CHANGES = st.sampled_from(
    [form.strip() for word in FILTERS.values() for form in re.split(r", (?=\.)", word.written)]
)
FORMULAS = st.lists(
    st.builds(lambda part, changes: part + "".join(changes), CALLS, st.lists(CHANGES, max_size=3)),
    min_size=1,
    max_size=4,
).map(" + ".join)


@given(ITEMS, FORMULAS)
@example(Item("", "book", fields={"title": "\u0301\ufe0f"}), "title")
def test_a_key_is_never_empty_and_bibtex_can_read_it(item: Item, formula: str) -> None:
    assert READABLE.fullmatch(parse_formula(formula).key(item))


@given(st.text("auth.lower+()',3\" yeasprfix_", max_size=30))
def test_any_text_is_a_formula_or_a_complaint(text: str) -> None:
    with suppress(FormulaError):
        assert parse_formula(text).terms


@pytest.mark.parametrize("word", [*PARTS, *FILTERS])
def test_every_word_is_described(word: str) -> None:
    described = PARTS.get(word) or FILTERS[word]
    assert word in described.written
    assert described.means
