"""Zotero's free-text languages and babel's names for them."""

import pytest

from zsync.formats.bib.languages import babel_name, language_tag


@pytest.mark.parametrize(
    ("typed", "babel"),
    [
        ("en", "english"),
        ("zh-Hant-TW", "chinese-traditional"),
        ("es-419", "spanish"),
        ("en-US", "american"),
        ("en_GB", "british"),
        (" English ", "english"),
        ("de", "ngerman"),
        ("de-DE", "german"),
        ("de-CH", "nswissgerman"),
        ("pt-BR", "brazilian"),
        ("français", "french"),
        ("fr-CA", "french"),
        ("zh-TW", "chinese-traditional"),
        ("中文", "chinese"),
        ("Klingon", "Klingon"),
        ("xx-YY", "xx-YY"),
    ],
)
def test_a_language_gets_the_name_that_babel_knows(typed: str, babel: str) -> None:
    assert babel_name(typed) == babel


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("en", "en"),
        ("EN_us", "en-US"),
        ("eng", "en"),
        ("British", "en-GB"),
        ("German", "de-DE"),
        ("fr-fr", "fr-FR"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("es-419", "es-419"),
        ("grc", "grc"),
        ("中文", "zh"),
        ("Klingon, mostly", "Klingon, mostly"),
    ],
)
def test_a_language_gets_its_tag(typed: str, tag: str) -> None:
    assert language_tag(f" {typed} ") == tag
