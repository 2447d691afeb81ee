"""Zotero's free-text language -> the name that babel and BibLaTeX's ``langid`` know, or a BCP 47 tag.

Source of the names: the BibLaTeX manual, table of supported languages.
"""

import re
from collections.abc import Mapping
from typing import Final

from zsync.core.patterns import regex

_LANGUAGES: Final[Mapping[str, str]] = {
    "afrikaans": "af afr afrikaans",
    "american": "en-us american",
    "arabic": "ar ara arabic",
    "australian": "en-au australian",
    "austrian": "de-at austrian",
    "basque": "eu eus baq basque",
    "brazilian": "pt-br brazilian",
    "british": "en-gb en-uk british",
    "bulgarian": "bg bul bulgarian",
    "canadian": "en-ca canadian",
    "catalan": "ca cat catalan català",
    "chinese": "zh zh-cn zho chi chinese 中文",
    "chinese-simplified": "zh-hans",
    "chinese-traditional": "zh-tw zh-hant zh-hk",
    "croatian": "hr hrv croatian",
    "czech": "cs cze ces czech čeština",
    "danish": "da dan danish dansk",
    "dutch": "nl dut nld dutch nederlands",
    "english": "en eng english",
    "estonian": "et est estonian",
    "finnish": "fi fin finnish suomi",
    "french": "fr fre fra fr-fr french français francais",
    "galician": "gl glg galician galego",
    "german": "de-de ger deu german deutsch",
    "greek": "el gre ell greek",
    "hebrew": "he heb hebrew",
    "hungarian": "hu hun hungarian magyar",
    "icelandic": "is isl ice icelandic",
    "indonesian": "id ind indonesian",
    "irish": "ga gle irish",
    "italian": "it ita it-it italian italiano",
    "japanese": "ja jpn ja-jp japanese 日本語",
    "korean": "ko kor korean",
    "latin": "la lat latin",
    "latvian": "lv lav latvian",
    "lithuanian": "lt lit lithuanian",
    "ngerman": "de ngerman",
    "norsk": "no nb nor nob norwegian norsk",
    "nswissgerman": "de-ch",
    "nynorsk": "nn nno nynorsk",
    "persian": "fa per fas persian",
    "polish": "pl pol polish polski",
    "portuguese": "pt por pt-pt portuguese português",
    "romanian": "ro rum ron romanian",
    "russian": "ru rus ru-ru russian русский",
    "serbian": "sr srp serbian",
    "slovak": "sk slo slk slovak",
    "slovene": "sl slv slovene slovenian",
    "spanish": "es spa es-es spanish español castellano",
    "swedish": "sv swe sv-se swedish svenska",
    "thai": "th tha thai",
    "turkish": "tr tur turkish türkçe",
    "ukrainian": "uk ukr ukrainian",
    "vietnamese": "vi vie vietnamese",
    "welsh": "cy cym wel welsh",
}
"""The babel name of a language -> its tag, and what else people call it."""

_NAMES: Final = {name: babel for babel, names in _LANGUAGES.items() for name in names.split()}
_TAGS: Final = {name: names.split()[0] for names in _LANGUAGES.values() for name in names.split()}
_TAG: Final = regex(r"[a-z]{2,3}(?:-[a-z0-9]+)+")
_SHORT_CODE: Final = regex(r"[a-z]{2}(?:-|\Z)")
_BCP47: Final = re.compile(r"([a-z]{2,3})(-[a-z]{4})?(-(?:[a-z]{2}|[0-9]{3}))?")


def babel_name(language: str) -> str:
    """The babel name of a language tag or name; a language that is not known stays as typed."""
    name = language.strip().casefold().replace("_", "-")
    while name not in _NAMES and _TAG.fullmatch(name):
        name = name.rpartition("-")[0]
    return _NAMES.get(name, language)


def language_tag(language: str) -> str:
    """The BCP 47 tag of a language, in its usual capitals; one that is not known stays as typed."""
    name = language.strip().casefold().replace("_", "-")
    found = _BCP47.fullmatch(name if _SHORT_CODE.match(name) else _TAGS.get(name, name))
    if found is None:
        return language.strip()
    code, script, region = found.groups("")
    return f"{code}{script.title()}{region.upper()}"
