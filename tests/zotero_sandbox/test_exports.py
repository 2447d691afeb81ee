"""Items in the formats that the real server hands to its translators."""

from __future__ import annotations

from typing import Any

import pytest
from tests.zotero_sandbox.client import Client, MakeClient

PAPER: dict[str, Any] = {
    "itemType": "conferencePaper",
    "key": "PPPPPPP2",
    "title": "The Way of LLaVA: 100% <i>Visual</i> Tuning",
    "creators": [
        {"creatorType": "author", "firstName": "Zoë", "lastName": "Müller"},
        {"creatorType": "author", "name": "The Lab"},
    ],
    "proceedingsTitle": "Proceedings of CVPR",
    "date": "June 2024",
    "pages": "1-9",
    "DOI": "10.1/a_b",
    "tags": [{"tag": "read"}],
}
NOTE = {"itemType": "note", "note": "<p>Nice</p>", "parentItem": "PPPPPPP2"}

BIBTEX = """
@inproceedings{muller_way_2024,
	title = {The {Way} of {LLaVA}: 100\\% \\textit{{Visual}} {Tuning}},
	doi = {10.1/a_b},
	booktitle = {Proceedings of {CVPR}},
	author = {Müller, Zoë and {The Lab}},
	month = jun,
	year = {2024},
	keywords = {read},
	pages = {1--9},
}
"""

BIBLATEX = """
@inproceedings{muller_way_2024,
	title = {The Way of {LLaVA}: 100\\% \\textit{Visual} Tuning},
	doi = {10.1/a_b},
	pages = {1--9},
	booktitle = {Proceedings of {CVPR}},
	author = {Müller, Zoë and {The Lab}},
	date = {2024-06},
	keywords = {read},
}
"""

CSL = {
    "id": "1/PPPPPPP2",
    "type": "paper-conference",
    "title": "The Way of LLaVA: 100% <i>Visual</i> Tuning",
    "container-title": "Proceedings of CVPR",
    "page": "1-9",
    "DOI": "10.1/a_b",
    "author": [{"family": "Müller", "given": "Zoë"}, {"family": "The Lab", "given": ""}],
    "issued": {"date-parts": [["2024", 6]]},
}


@pytest.fixture
def paper(make_client: MakeClient) -> Client:
    return make_client([PAPER, NOTE])


def test_bibtex(paper: Client) -> None:
    answer = paper.get("items/PPPPPPP2?format=bibtex")

    assert answer.text == BIBTEX
    assert answer.headers["Content-Type"] == "application/x-bibtex"


def test_biblatex(paper: Client) -> None:
    assert paper.get("items/PPPPPPP2?format=biblatex").text == BIBLATEX


def test_csl_json(paper: Client) -> None:
    assert paper.get("items/top?format=csljson").json == {"items": [CSL]}


def test_formats_beside_the_data(paper: Client) -> None:
    item = paper.get("items/PPPPPPP2?include=data,bibtex,csljson").json

    assert (item["bibtex"], item["csljson"]) == (BIBTEX, CSL)
    assert item["data"]["title"] == PAPER["title"]


def test_a_page_makes_its_keys_unique_and_leaves_notes_out(make_client: MakeClient) -> None:
    client = make_client([PAPER, PAPER | {"key": "QQQQQQQ2"}, NOTE])

    text = client.get("items?format=bibtex").text

    assert text.count("@") == 2
    assert "{muller_way_2024," in text
    assert "{muller_way_2024-1," in text


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"extra": "Citation Key: mine2024\nPMID: 1"}, "mine2024"),
        ({"citationKey": "native2024"}, "native2024"),
        ({"creators": [], "date": ""}, "noauthor_way_nodate"),
        ({"creators": [], "date": "", "title": ""}, "noauthor_notitle_nodate"),
    ],
)
def test_citation_keys(make_client: MakeClient, more: dict[str, Any], key: str) -> None:
    client = make_client([PAPER | more])

    assert f"@inproceedings{{{key}," in client.get("items/PPPPPPP2?format=bibtex").text


def test_nothing_to_export_is_an_empty_answer(paper: Client) -> None:
    assert paper.get("items?format=bibtex&since=99").text == ""


@pytest.mark.parametrize("form", ["ris", "csv", "bib", "rdf_zotero"])
def test_other_formats_are_refused_with_a_sentence(paper: Client, form: str) -> None:
    answer = paper.get(f"items?format={form}")

    assert (answer.status, answer.text) == (501, f"The sandbox does not give items as {form}.")
