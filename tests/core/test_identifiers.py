import json
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zsync.core.identifiers import aliases, canonical_url, find, normalise_url, of_entry, of_item
from zsync.core.model import Checkbox, Entry, Identifier, Item, Link

SHARED_ROWS = Path(__file__).parents[3] / "shared" / "papers" / "identifiers.json"


def in_short(text: str) -> str | None:
    found = find(text)
    return f"{found.kind} {found.value}" if found else None


@pytest.mark.parametrize(
    ("text", "value", "version"),
    [
        ("https://arxiv.org/abs/1706.03762", "1706.03762", None),
        ("HTTPS://ARXIV.ORG/ABS/1706.03762V7", "1706.03762", 7),
        ("http://www.arxiv.org/pdf/1706.03762v5.pdf", "1706.03762", 5),
        ("https://arxiv.org:443//abs/1706.03762/", "1706.03762", None),
        ("https://arxiv.org/abs/1706%2E03762", "1706.03762", None),
        ("https://arxiv.org/ftp/arxiv/papers/1706/1706.03762.pdf", "1706.03762", None),
        ("https://arxiv.org/abs/cond-mat%2F9609089v2", "cond-mat/9609089", 2),
        ("https://arxiv.org/abs/cs.CL/0306050", "cs/0306050", None),
        ("https://xxx.lanl.gov/abs/quant-ph/9508027", "quant-ph/9508027", None),
        ("https://cn.arxiv.org/abs/1512.03385", "1512.03385", None),
        ("https://www.alphaxiv.org/pdf/1512.03385v1", "1512.03385", 1),
        ("https://scirate.com/arxiv/1512.03385", "1512.03385", None),
        ("https://huggingface.co/papers/1512.03385#community", "1512.03385", None),
        ("//arxiv.org/abs/1512.03385", "1512.03385", None),
        ("see arxiv.org/abs/1512.03385, section 3", "1512.03385", None),
        ("<https://arxiv.org/abs/1512.03385>", "1512.03385", None),
        ("**https://arxiv.org/abs/1512.03385**", "1512.03385", None),
        ("（https://arxiv.org/abs/1512.03385）。", "1512.03385", None),
        ("\\url{https://arxiv.org/abs/1512.03385}", "1512.03385", None),
        (
            "[Code](https://github.com/a/b) [Paper](https://arxiv.org/abs/1512.03385)",
            "1512.03385",
            None,
        ),
        ("arXiv preprint arXiv:1512.03385v1 (2015)", "1512.03385", 1),
        ("arxiv 1512.03385", "1512.03385", None),
        ("arXiv:math.GT/0309136", "math/0309136", None),
        ("1512.03385v2", "1512.03385", 2),
        ("doi: 10.48550/arXiv.1512.03385", "1512.03385", None),
        ("https://doi.org/10.48550/arXiv.hep-th/9901001", "hep-th/9901001", None),
    ],
)
def test_arxiv_in_every_form_people_link_it(text: str, value: str, version: int | None) -> None:
    found = find(text)
    assert found == Identifier("arxiv", value)
    assert found is not None
    assert found.version == version


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1038/nature14539", "10.1038/nature14539"),
        ("(10.1038/nature14539).", "10.1038/nature14539"),
        ("doi:10.1/x", "10.1/x"),
        ("DOI：10.1038/NATURE14539", "10.1038/nature14539"),
        ("info:doi/10.1038/nature14539", "10.1038/nature14539"),
        ("https://doi.org/10.1038%2Fnature14539", "10.1038/nature14539"),
        ("https://doi.org/10.1038/nature14539/?utm_source=x#abstract", "10.1038/nature14539"),
        ("[here](https://doi.org/10.1016/0004-3702(81)90024-2).", "10.1016/0004-3702(81)90024-2"),
        ("[here](https://doi.org/10.1016/0004-3702\\(81\\)90024-2)", "10.1016/0004-3702(81)90024-2"),
        ("10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O",
         "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o"),
        ("https://doi.org/10.1038/nature14539<br>", "10.1038/nature14539"),
        ("https://dl.acm.org/doi/fullHtml/10.1145/3292500.3330701#sec-1", "10.1145/3292500.3330701"),
        ("https://dl.acm.org/citation.cfm?doid=3292500.3330701", "10.1145/3292500.3330701"),
        ("https://link.springer.com/article/10.1007/s11263-015-0816-y/figures/2",
         "10.1007/s11263-015-0816-y"),
        ("https://genomebiology.biomedcentral.com/articles/10.1186/s13059-014-0550-8",
         "10.1186/s13059-014-0550-8"),
        ("https://agupubs.onlinelibrary.wiley.com/doi/full/10.1029/2019MS001729", "10.1029/2019ms001729"),
        ("https://www.frontiersin.org/articles/10.3389/fnins.2018.00774/full", "10.3389/fnins.2018.00774"),
        ("https://iopscience.iop.org/article/10.1088/1742-5468/ac3a74/meta", "10.1088/1742-5468/ac3a74"),
        ("https://academic.oup.com/bioinformatics/article/doi/10.1093/bioinformatics/btz682/5566506",
         "10.1093/bioinformatics/btz682"),
        ("https://www.nature.com/nature/journal/v521/n7553/full/nature14539.html", "10.1038/nature14539"),
        ("https://www.nature.com/articles/nature14539/figures/1", "10.1038/nature14539"),
        ("https://www.biorxiv.org/content/10.1101/622803v4.abstract", "10.1101/622803"),
        ("https://www.biorxiv.org/content/early/2019/04/29/622803", "10.1101/622803"),
        ("https://doi.org/10.1101/2020.07.31.231381v1", "10.1101/2020.07.31.231381"),
        ("https://zenodo.org/record/3509134/files/a.zip", "10.5281/zenodo.3509134"),
        ("https://www.ijcai.org/proceedings/2018/0314.pdf", "10.24963/ijcai.2018/314"),
        ("https://papers.ssrn.com/sol3/papers.cfm?abstract_id=4389233", "10.2139/ssrn.4389233"),
        ("https://journals.plos.org/plosone/article/file?id=10.1371/journal.pone.0029797&type=printable",
         "10.1371/journal.pone.0029797"),
        ("https://www.scitepress.org/Link.aspx?doi=10.5220/0012469200003648", "10.5220/0012469200003648"),
    ],
)  # fmt: skip
def test_doi_in_text_and_in_the_addresses_of_publishers(text: str, doi: str) -> None:
    assert find(text) == Identifier("doi", doi)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://aclanthology.org/2023.findings-acl.12.bib", "acl 2023.findings-acl.12"),
        ("http://www.aclweb.org/anthology/D18-1032", "acl D18-1032"),
        ("https://www.aclweb.org/anthology/P/P16/P16-1162.pdf", "acl P16-1162"),
        ("https://www.aclweb.org/anthology/papers/N/N19/N19-1423/", "acl N19-1423"),
        ("https://aclanthology.info/papers/n18-1202/n18-1202", "acl N18-1202"),
        ("https://openreview.net/forum?noteId=abc123&amp;id=rJ4km2R5t7", "openreview rJ4km2R5t7"),
        ("https://openreview.net/forum?id=YicbFdNTTy.", "openreview YicbFdNTTy"),
        ("https://openaccess.thecvf.com/content_ICCV_2019/papers/A_B_ICCV_2019_paper.pdf",
         "cvf content_ICCV_2019/A_B_ICCV_2019_paper"),
        ("https://openaccess.thecvf.com/content/CVPR2021W/NTIRE/html/A_B_CVPRW_2021_paper.html",
         "cvf CVPR2021W/NTIRE/A_B_CVPRW_2021_paper"),
        ("https://openaccess.thecvf.com/content/CVPR2022/supplemental/A_B_CVPR_2022_supplemental.pdf",
         "cvf CVPR2022/A_B_CVPR_2022_paper"),
        ("http://proceedings.mlr.press/v37/ioffe15.pdf", "pmlr v37/ioffe15"),
        ("https://raw.githubusercontent.com/mlresearch/v235/main/assets/gu24a/gu24a.pdf", "pmlr v235/gu24a"),
        ("https://papers.nips.cc/paper_files/paper/2012/hash/c399862d3b9d6b76c8436e924a68c45b-Abstract.html",
         "neurips 2012/c399862d3b9d6b76c8436e924a68c45b"),
        ("https://ieeexplore.ieee.org/iel7/7776647/7780329/07780459.pdf", "ieee 7780459"),
        ("https://ieeexplore.ieee.org/xpl/articleDetails.jsp?arnumber=7780459", "ieee 7780459"),
        ("CorpusID:13756489", "s2 CorpusID:13756489"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/31634902", "pmid 31634902"),
        ("PMID: 31634902", "pmid 31634902"),
        ("ISBN 0-262-03384-4", "isbn 9780262033848"),
        ("isbn: 978-0-262-03384-8", "isbn 9780262033848"),
    ],
)  # fmt: skip
def test_identifiers_of_other_places(text: str, expected: str) -> None:
    assert in_short(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no identifier here",
        "https://arxiv.org/",
        "https://arxiv.org/abs/1706.3762",
        "https://arxiv.org/abs/0613.0001",
        "https://arxiv.org/abs/nowhere/9901001",
        "https://mirror.example/arxiv.org/abs/1706.03762",
        "https://arxiv.org.mirror.example/abs/1706.03762",
        "https://arxiv.org@mirror.example/abs/1706.03762",
        "https://mirror.example\\@arxiv.org/abs/1706.03762",
        "https://mirror.example/?to=https://arxiv.org/abs/1706.03762",
        "https://mirror.example#https://arxiv.org/abs/1706.03762",
        "https://arxiv.org:8443/abs/1706.03762",
        "ftp://arxiv.org/abs/1706.03762",
        "javascript:open('arxiv.org/abs/1706.03762')",
        "mailto:someone@arxiv.org/abs/1706.03762",
        "https://[arxiv.org/abs/1706.03762",
        "the score rose from 0.1706 to 1706.03762 points",
        "https://huggingface.co/datasets/1706.03762",
        "https://doi.org/10.1038/",
        "https://mirror.example/doi/10.1145/3292500.3330701",
        "http://citeseerx.ist.psu.edu/viewdoc/download?doi=10.1.1.107.335&rep=rep1",
        "https://aclanthology.org/volumes/2020.acl-main/",
        "https://aclanthology.org/people/a/jane-doe/",
        "https://openreview.net/forum",
        "https://openreview.net/pdf/0123456789abcdef0123456789abcdef01234567.pdf",
        "https://proceedings.mlr.press/v139/assets/bib/citations.bib",
        "https://raw.githubusercontent.com/someone/v235/gu24a.pdf",
        "https://ieeexplore.ieee.org/xpl/conhome/7776647/proceeding",
        "https://www.semanticscholar.org/author/1234567",
        "ISBN 978-0-262-03384-9",
        "https://www.nature.com/nature/articles?type=news",
    ],
)
def test_what_only_looks_like_an_identifier(text: str) -> None:
    assert find(text) is None


@pytest.mark.parametrize(
    ("kind", "value", "url"),
    [
        ("arxiv", "hep-th/9901001", "https://arxiv.org/abs/hep-th/9901001"),
        ("doi", "10.1000/a?b#c%d", "https://doi.org/10.1000/a%3Fb%23c%25d"),
        ("acl", "P19-1001", "https://aclanthology.org/P19-1001/"),
        ("cvf", "CVPR2021W/NTIRE/A_paper",
         "https://openaccess.thecvf.com/content/CVPR2021W/NTIRE/html/A_paper.html"),
        ("cvf", "content_CVPRW_2019/NTIRE/A_paper",
         "https://openaccess.thecvf.com/content_CVPRW_2019/html/NTIRE/A_paper.html"),
        ("neurips", "2012/c399862d3b9d6b76c8436e924a68c45b",
         "https://proceedings.neurips.cc/paper/2012/hash/c399862d3b9d6b76c8436e924a68c45b-Abstract.html"),
        ("neurips", "2023/c399862d3b9d6b76c8436e924a68c45b", None),
        ("isbn", "9780262033848", None),
    ],
)  # fmt: skip
def test_canonical_url(kind: str, value: str, url: str | None) -> None:
    identifier = Identifier(kind, value)
    assert canonical_url(identifier) == url
    assert url is None or find(url) == identifier


@pytest.mark.parametrize(
    ("identifier", "other"),
    [
        (Identifier("arxiv", "1706.03762"), [Identifier("doi", "10.48550/arxiv.1706.03762")]),
        (Identifier("doi", "10.48550/arxiv.1706.03762"), [Identifier("arxiv", "1706.03762")]),
        (Identifier("acl", "2020.acl-main.747"), [Identifier("doi", "10.18653/v1/2020.acl-main.747")]),
        (Identifier("acl", "P19-1001"), [Identifier("doi", "10.18653/v1/p19-1001")]),
        (Identifier("doi", "10.18653/v1/p19-1001"), [Identifier("acl", "P19-1001")]),
        (Identifier("acl", "2023.tacl-1.5"), []),
        (Identifier("acl", "P05-1001"), []),
        (Identifier("ieee", "7780459"), []),
        (Identifier("doi", "10.1038/nature14539"), []),
    ],
)  # fmt: skip
def test_aliases_are_what_the_form_alone_tells(
    identifier: Identifier, other: list[Identifier]
) -> None:
    assert aliases(identifier) == tuple(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.example.org/a/", "https://example.org/a"),
        (
            "https://example.org/a?utm_source=x&b=2&fbclid=y&c=3#top",
            "https://example.org/a?c=3&b=2",
        ),
        ("https://EXAMPLE.org:443/a%20b", "https://example.org/a b"),
        ("example.org/a", "https://example.org//a"),
    ],
)
def test_links_to_one_place_compare_equal(one: str, other: str) -> None:
    assert normalise_url(one) == normalise_url(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a?b=1", "https://example.org/a?b=2"),
        ("https://example.org/a", "https://example.com/a"),
        ("file:///C:/paper.pdf", "https://example.org/paper.pdf"),
    ],
)
def test_links_to_two_places_differ(one: str, other: str) -> None:
    assert normalise_url(one) != normalise_url(other)


def test_an_entry_has_the_identifiers_of_its_links_in_order() -> None:
    links = [
        "https://openreview.net/forum?id=YicbFdNTTy",
        "https://github.com/google-research/vision_transformer",
        "https://arxiv.org/abs/2010.11929v1",
        "https://arxiv.org/pdf/2010.11929",
    ]
    entry = Entry(1, (), Checkbox.NONE, None, "T", links=tuple(Link("x", url) for url in links))
    assert of_entry(entry) == (
        Identifier("openreview", "YicbFdNTTy"),
        Identifier("arxiv", "2010.11929"),
    )


@pytest.mark.parametrize(
    ("item_type", "fields", "expected"),
    [
        ("conferencePaper", {"DOI": "10.1109/CVPR.2016.90"}, ["doi 10.1109/cvpr.2016.90"]),
        ("conferencePaper", {"DOI": "https://doi.org/10.1109/CVPR.2016.90"}, ["doi 10.1109/cvpr.2016.90"]),
        ("preprint", {"archiveID": "arXiv:1512.03385"},
         ["arxiv 1512.03385", "doi 10.48550/arxiv.1512.03385"]),
        ("journalArticle", {"publicationTitle": "arXiv:1512.03385 [cs]"},
         ["arxiv 1512.03385", "doi 10.48550/arxiv.1512.03385"]),
        ("webpage", {"url": "https://aclanthology.org/P19-1001"},
         ["acl P19-1001", "doi 10.18653/v1/p19-1001"]),
        ("book", {"ISBN": "978-0-262-03384-8 0-262-03384-4"}, ["isbn 9780262033848"]),
        ("bookSection", {"ISBN": "978-0-262-03384-8"}, []),
        ("webpage", {"extra": "Read_Status: Read\nDOI: 10.1038/nature14539\nPMID: 26017442"},
         ["doi 10.1038/nature14539", "pmid 26017442"]),
        ("webpage", {"extra": "compare DOI: 10.1038/nature14539"}, []),
    ],
)  # fmt: skip
def test_an_item_names_its_identifiers_in_several_fields(
    item_type: str, fields: dict[str, str], expected: list[str]
) -> None:
    found = of_item(Item("K", item_type, fields=fields))
    assert [f"{one.kind} {one.value}" for one in found] == expected


def test_linked_urls_of_an_item_come_last() -> None:
    links = (Link("Paper", "https://arxiv.org/abs/1512.03385"),)
    item = Item("K", "webpage", fields={"DOI": "10.1109/CVPR.2016.90"}, links=links)
    assert [one.kind for one in of_item(item)] == ["doi", "arxiv", "doi"]


@pytest.mark.parametrize("hostile", ["(" * 200_000, "https://a.b/" + "(" * 200_000, "a." * 100_000,
                                     "10.1234/" + "/pdf" * 50_000, "arxiv " * 50_000, "isbn 1" * 50_000,
                                     "https://link.springer.com/10.1007/" + "/pdf" * 50_000])  # fmt: skip
def test_long_hostile_text_is_read_in_linear_time(hostile: str) -> None:
    start = process_time()
    find(hostile)
    normalise_url(hostile)
    assert process_time() - start < 2.0


@given(st.text(max_size=60))
def test_any_text_at_all_may_be_asked_about(text: str) -> None:
    found = find("https://arxiv.org/" + text)
    assert found is None or found.value
    assert normalise_url(normalise_url(text)) == normalise_url(text)


@given(
    st.integers(15, 40), st.integers(1, 12), st.integers(0, 99_999),
    st.sampled_from(["https://arxiv.org/abs/{}", "arXiv:{}", "http://www.arxiv.org/pdf/{}.pdf",
                     "[P](https://arxiv.org/html/{})", "https://doi.org/10.48550/arXiv.{}"]),
)  # fmt: skip
def test_every_arxiv_id_is_found_and_found_again_at_its_canonical_url(
    year: int, month: int, number: int, form: str
) -> None:
    found = find(form.format(f"{year:02}{month:02}.{number:05}"))
    assert found == Identifier("arxiv", f"{year:02}{month:02}.{number:05}")
    assert find(canonical_url(found) or "") == found


def shared_rows() -> list[dict[str, object]]:
    if not SHARED_ROWS.exists():
        return []
    rows: list[dict[str, object]] = json.loads(SHARED_ROWS.read_text("utf-8"))["rows"]
    return rows


@pytest.mark.skipif(not SHARED_ROWS.exists(), reason=f"no shared facts at {SHARED_ROWS}")
def test_the_shared_table_of_identifiers() -> None:
    wrong = []
    for row in shared_rows():
        found = find(str(row["input"]))
        got = (
            (found.kind, found.value, found.version, canonical_url(found))
            if found
            else ("none", None, None, None)
        )
        if got != (row["kind"], row["id"], row["version"], row["canonicalUrl"]):
            wrong.append((row["input"], got))
    assert wrong == []
