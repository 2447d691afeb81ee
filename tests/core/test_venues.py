import pytest

from zsync.core.model import Item
from zsync.core.venues import label, year

NAACL_2019 = (
    "Proceedings of the 2019 Conference of the North American Chapter of the Association for "
    "Computational Linguistics: Human Language Technologies, Volume 1 (Long Papers)"
)


def paper(item_type: str = "conferencePaper", **fields: str) -> Item:
    return Item("K", item_type, fields=fields)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Proceedings of the Computer Vision and Pattern Recognition Conference (CVPR)", "CVPR"),
        ("2025 IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)", "CVPR"),
        ("Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition", "CVPR"),
        ("2021 IEEE/CVF Conference on Computer Vision and Pattern Recognition Workshops (CVPRW)", "CVPRW"),
        ("CVPR 2025", "CVPR"),
        ("ICCV '23", "ICCV"),
        ("2023 ICML", "ICML"),
        ("IJCAI-21", "IJCAI"),
        ("ACL-IJCNLP 2021", "ACL-IJCNLP"),
        ("NIPS'17", "NeurIPS"),
        ("Advances in Neural Information Processing Systems 30", "NeurIPS"),
        ("Thirty-seventh Conference on Neural Information Processing Systems", "NeurIPS"),
        ("The Thirteenth International Conference on Learning Representations", "ICLR"),
        ("The Eleventh International Conference on Learning Representations, ICLR 2023, Kigali", "ICLR"),
        ("Proceedings of the 40th International Conference on Machine Learning", "ICML"),
        ("Proceedings of the 58th Annual Meeting of the Association for Computational Linguistics", "ACL"),
        (NAACL_2019, "NAACL"),
        ("Findings of the Association for Computational Linguistics: EMNLP 2020", "EMNLP Findings"),
        ("Findings of the Association for Computational Linguistics ACL 2024", "ACL Findings"),
        ("Computer Vision – ECCV 2024", "ECCV"),
        ("KDD '19: The 25th ACM SIGKDD Conference on Knowledge Discovery and Data Mining", "KDD"),
        ("Proceedings of the 25th ACM SIGKDD International Conference on Knowledge Discovery & Data Mining",
         "KDD"),
        ("Proceedings of the 29th Symposium on Operating Systems Principles", "SOSP"),
        ("32nd USENIX Security Symposium (USENIX Security 23)", "USENIX Security"),
        ("2023 IEEE Symposium on Security and Privacy (SP)", "S&P"),
        ("8th Annual Conference on Robot Learning", "CoRL"),
        ("Robotics: Science and Systems XIX", "RSS"),
        ("SIGGRAPH Asia 2022", "SIGGRAPH Asia"),
        ("Proceedings of the 31st ACM International Conference on Multimedia", "ACM MM"),
        ("Proceedings of the ACM Web Conference 2023", "WWW"),
        ("ICLR 2024 Workshop on Large Language Model Agents", "ICLR Workshop"),
        ("International Conference on Machine Learning and Cybernetics", None),
        ("Proceedings of the ACM", None),
        ("Lecture Notes in Computer Science", None),
    ],
)  # fmt: skip
def test_conferences_go_by_their_acronym(name: str, short: str | None) -> None:
    assert label(paper(conferenceName=name, date="2020")) == (short, 2020)
    assert label(paper(proceedingsTitle=name, date="2020")) == (short, 2020)


@pytest.mark.parametrize(
    ("fields", "short"),
    [
        ({"publicationTitle": "Nature"}, "Nature"),
        ({"publicationTitle": "Science (New York, N.Y.)"}, "Science"),
        ({"publicationTitle": "PLOS ONE"}, "PLOS ONE"),
        ({"publicationTitle": "Machine Learning"}, "Machine Learning"),
        ({"publicationTitle": "IEEE Transactions on Pattern Analysis and Machine Intelligence"}, "TPAMI"),
        ({"publicationTitle": "Journal of Machine Learning Research"}, "JMLR"),
        ({"publicationTitle": "Proceedings of the ACM on Programming Languages"}, "PACMPL"),
        ({"publicationTitle": "The British Journal for the History of Science"}, None),
        ({"publicationTitle": "The British Journal for the History of Science",
          "journalAbbreviation": "Br. J. Hist. Sci."}, "Br. J. Hist. Sci."),
        ({"publicationTitle": "arXiv:1512.03385 [cs]"}, "arXiv"),
        ({"publicationTitle": "CoRR"}, "arXiv"),
    ],
)  # fmt: skip
def test_journals_go_by_acronym_name_or_abbreviation(
    fields: dict[str, str], short: str | None
) -> None:
    assert label(paper("journalArticle", **fields))[0] == short


@pytest.mark.parametrize(
    ("item_type", "fields", "short"),
    [
        ("preprint", {"repository": "arXiv"}, "arXiv"),
        ("preprint", {"repository": "arXiv.org"}, "arXiv"),
        ("preprint", {"url": "https://arxiv.org/abs/1512.03385"}, "arXiv"),
        ("preprint", {"repository": "bioRxiv"}, "bioRxiv"),
        ("preprint", {}, None),
        ("book", {"publisher": "MIT Press"}, "MIT Press"),
        (
            "bookSection",
            {"bookTitle": "Computer Vision – ECCV 2016", "publisher": "Springer"},
            "ECCV",
        ),
        ("thesis", {"university": "Stanford University"}, "Stanford University"),
        ("webpage", {"websiteTitle": "A Blog"}, None),
        ("computerProgram", {"company": "Example"}, None),
    ],
)
def test_other_kinds_of_items(item_type: str, fields: dict[str, str], short: str | None) -> None:
    assert label(paper(item_type, **fields))[0] == short


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2024-10-03", 2024),
        ("2024-00-00 2024", 2024),
        ("12/21/2011", 2011),
        ("October 3, 1999", 1999),
        ("c2015", 2015),
        ("1859", 1859),
        ("20241003", None),
        ("forthcoming", None),
        ("", None),
    ],
)
def test_year_of_a_date_in_any_form(date: str, expected: int | None) -> None:
    assert year(paper(date=date)) == expected


def test_without_a_date_the_year_in_the_venue_counts() -> None:
    assert label(paper(conferenceName="CVPR 2025")) == ("CVPR", 2025)


def test_the_conference_is_asked_before_its_proceedings_and_series() -> None:
    fields = {"series": "CHI '20", "proceedingsTitle": "Some Long Unknown Proceedings"}
    assert label(paper(**fields))[0] == "CHI"
    assert label(paper(**fields, conferenceName="UIST 2020"))[0] == "UIST"
