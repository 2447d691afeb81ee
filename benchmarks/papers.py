"""Papers that nobody wrote, thousands of them, the same ones on every machine.

They look like what a researcher's library holds: journal articles, papers of conferences, preprints, theses,
books, reports and web pages, by one to sixty people with names from everywhere, with mathematics and accents
in titles and abstracts, and with what people and browsers leave in Extra and among the tags.
"""

import json
import random
import string
import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

Data = dict[str, Any]

_GIVEN: Final = (
    "Ada Ahmed Åsa Aïcha Alejandra Alexei Ana|María Andrzej Anh Antônio Björn Carlos Chen Chloé Dmitri Émile"
    " Fatima François Grażyna Gül Hans-Peter Heinrich Hiroshi İpek Ivana J.|R. Jana Jean-Baptiste Jiří John"
    " José|Luis Jürgen Kateřina Kofi Lars Łukasz M. Margaret Marie Minh Mohammad Nadia Niels Olga Óscar"
    " Priya Quoc|V. Rachel Renée Søren Sofia Štěpán Tomás Ulrike Wei Xin Yann Yu. Yuki Zoë Žiga"
)
_FAMILY: Final = (
    "Abadi Adebayo Almeida Åström Bach Bengio Bjørnson Bose Brontë Çelik Chang Chen Cohen D'Angelo"
    " da|Silva de|la|Cruz Dvořák Erdős Fernández|García Fischer Gödel Goodfellow Gómez Grünwald Guzmán He"
    " Hernández Hinton Hölder Ibrahim İnönü Ito Jensen Jørgensen Kaiser Kowalski Kříž Kumar Lagrange Le Lee"
    " Li Liu López Łoś McCarthy Müller Nakamura Nguyễn Nowak Núñez O'Neill Okafor Ørsted Papadopoulos Park"
    " Pérez Petrov Poincaré Rao Rodríguez Šafařík Sánchez Schmidhuber Schröder Sharma Singh Smith-Jones"
    " Sørensen Strauß Sutskever Szabó Tanaka Tǎnase van|der|Maaten van|Gogh Vaswani von|Neumann Wang Weiß"
    " Williams Wójcik Yılmaz Zhang Zhao Żółkiewski"
)
_METHODS: Final = (
    "Attention|Adaptive sampling|BERT-style pretraining|Bayesian optimisation|Contrastive learning|"
    "Deep residual networks|Diffusion models|EM algorithms|Gaussian processes|GPT-4|Graph neural networks|"
    "<i>In situ</i> spectroscopy|Kalman filtering|LSTM networks|Markov chain Monte Carlo|Message passing|"
    "Mixture-of-experts layers|ℓ₁ regularisation|Policy gradients|Principal component analysis|"
    "Quantum annealing|Random forests|Self-supervised learning|Sparse coding|U-Net|Variational inference|"
    "α-divergence minimisation|$O(n \\log n)$ sorting|k-means clustering|Chain-of-thought prompting"
)
_TASKS: Final = (
    "image recognition|machine translation|protein folding|speech recognition|the Navier–Stokes equations|"
    "reading lists|question answering|<i>Escherichia coli</i> genomics|climate models|drug discovery|"
    "Schrödinger operators|graph colouring|autonomous driving|H<sub>2</sub>O simulation|the Γ-function|"
    "low-resource languages|program synthesis|CO₂ capture|the early universe|medical imaging in the UK|"
    "software testing|theorem proving in Lean 4|recommender systems|wireless networks|large-scale graphs"
)
_QUALIFIERS: Final = (
    "a survey|towards a theory|an empirical study|what works & what does not|50 years later|"
    "a unified view|lower bounds|lessons learned|the case of São Paulo|evidence from Zürich|"
    "with an application to p-values|100% of the time?|a user's guide|a “simple” baseline|one size fits all"
)
_PHRASES: Final = (
    "We study|We show that|In this paper we revisit|Our experiments suggest that|It is well known that|"
    "A central question is whether|By contrast,|To our surprise,|We prove that|The literature agrees that"
)
_CLAIMS: Final = (
    "can be trained with 40% fewer parameters|scales as $n^{3/2}$ in the number of samples|"
    "is robust to noise (σ ≤ 0.1)|fails for data outside of the training distribution|"
    "outperforms the state of the art by 3.2 points|converges almost surely|needs no labels at all|"
    "is equivalent to a naïve baseline — up to constants|costs less than $100 & runs on one GPU|"
    "generalises from 10⁶ to 10⁹ examples|depends on the choice of the prior|was first described by Poincaré|"
    "holds whenever x_i < y_i for all i|is available at https://example.org/code_and_data"
)
_JOURNALS: Final = (
    "Journal of Machine Learning Research|Nature|Science|Neural Computation|Annals of Statistics|"
    "Zeitschrift für Physik|Comptes Rendus de l'Académie des Sciences|Physical Review Letters|"
    "IEEE Transactions on Pattern Analysis and Machine Intelligence|Astronomy & Astrophysics|"
    "Revista Española de Cardiología|PLOS ONE|Journal of the ACM|Bioinformatics|Acta Mathematica"
)
_CONFERENCES: Final = (
    "Advances in Neural Information Processing Systems|International Conference on Machine Learning|"
    "Proceedings of the Annual Meeting of the Association for Computational Linguistics|"
    "IEEE/CVF Conference on Computer Vision and Pattern Recognition|"
    "International Conference on Learning Representations"
)
_PLACES: Final = (
    "Cambridge, MA|Zürich|Montréal|São Paulo|Kraków|Berlin|New York, NY, USA|Kyōto|Oxford"
)
_PUBLISHERS: Final = "Springer|Elsevier|MIT Press|Cambridge University Press|Éditions du Seuil|ACM"
_SCHOOLS: Final = "ETH Zürich|Stanford University|Université de Montréal|Universität Tübingen|KAIST"
_TAGS: Final = (
    "attention|deep learning|to read|Statistics - Machine Learning|Computer Science - Information Retrieval|"
    "méthodes|⭐ favourite|#thesis|optimisation|surveys|graphs|LLM|reproducibility|biology|100%"
)
_EXTRA: Final = (
    "tex.note: to appear|Citation Key: {key}|PMID: {number}|Read_Status: Read|read in the train to Zürich|"
    "original-date: 19{digits}|tex.howpublished= \\url{{https://example.org/{number}}}|tex.subject: AI"
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("|", " ") for word in text.split())


_GIVEN_NAMES: Final = _words(_GIVEN)
_FAMILY_NAMES: Final = _words(_FAMILY)
_EPOCH: Final = date(2001, 1, 1)


def make_items(count: int, seed: int = 1) -> list[Data]:
    """Make so many items as the Web API gives them, without children. A seed always gives the same ones."""
    return [_Paper(random.Random(f"{seed}/{number}"), number).item() for number in range(count)]  # noqa: S311


class _Paper:
    """One paper; every choice about it is its own generator's, so that papers do not depend on each other."""

    def __init__(self, chance: random.Random, number: int) -> None:
        self.chance = chance
        self.number = number
        self.day = _EPOCH + timedelta(days=chance.randrange(9_000))

    def item(self) -> Data:
        """Return the whole API object."""
        kinds: Sequence[tuple[int, Callable[[], Data]]] = (
            (42, self._article), (28, self._conference), (15, self._preprint), (4, self._thesis),
            (4, self._book), (2, self._chapter), (2, self._report), (3, self._page),
        )  # fmt: skip
        (make,) = self.chance.choices([make for _, make in kinds], [weight for weight, _ in kinds])
        key = self._key()
        data = {"key": key, "version": self.number + 1, **make(), **self._common()}
        return {
            "key": key,
            "version": self.number + 1,
            "library": {"type": "user", "id": 1, "name": "Bench", "links": {}},
            "data": data,
        }

    # --- kinds of papers ---

    def _article(self) -> Data:
        first = self.chance.randrange(1, 2_000)
        return {
            "itemType": "journalArticle",
            **self._work(),
            "publicationTitle": self._one(_JOURNALS),
            "volume": str(self.chance.randrange(1, 120)),
            "issue": self._maybe(0.7, lambda: str(self.chance.randrange(1, 13))),
            "pages": f"{first}{self._one('-|–|--')}{first + self.chance.randrange(2, 40)}",
            "DOI": self._doi(),
            "ISSN": self._maybe(0.6, lambda: f"{self._digits(4)}-{self._digits(4)}"),
        }

    def _conference(self) -> Data:
        name = self._one(_CONFERENCES)
        return {
            "itemType": "conferencePaper",
            **self._work(),
            "proceedingsTitle": name,
            "conferenceName": self._maybe(0.5, lambda: f"{name} {self.day.year}"),
            "place": self._maybe(0.6, lambda: self._one(_PLACES)),
            "publisher": self._maybe(0.6, lambda: self._one(_PUBLISHERS)),
            "pages": self._maybe(0.8, lambda: f"{self.number % 900}-{self.number % 900 + 9}"),
            "DOI": self._maybe(0.5, self._doi),
        }

    def _preprint(self) -> Data:
        number = f"{self.day:%y%m}.{self._digits(5)}"
        return {
            "itemType": "preprint",
            **self._work(),
            "repository": "arXiv",
            "archiveID": f"arXiv:{number}",
            "DOI": self._maybe(0.6, lambda: f"10.48550/arXiv.{number}"),
            "url": f"http://arxiv.org/abs/{number}v{self.chance.randrange(1, 4)}",
        }

    def _thesis(self) -> Data:
        return {
            "itemType": "thesis",
            **self._work(authors=1),
            "university": self._one(_SCHOOLS),
            "place": self._maybe(0.5, lambda: self._one(_PLACES)),
            "thesisType": self._one("PhD thesis|Master's thesis|Dissertation|"),
            "numPages": str(self.chance.randrange(60, 400)),
        }

    def _book(self) -> Data:
        return {
            "itemType": "book",
            **self._work(),
            "publisher": self._one(_PUBLISHERS),
            "place": self._one(_PLACES),
            "edition": self._maybe(0.4, lambda: self._one("2|3rd|Second edition")),
            "ISBN": f"978-{self._digits(1)}-{self._digits(4)}-{self._digits(4)}-{self._digits(1)}",
            "series": self._maybe(0.3, lambda: "Lecture Notes in Mathematics"),
        }

    def _chapter(self) -> Data:
        return {
            "itemType": "bookSection",
            **self._work(role="editor"),
            "bookTitle": f"Handbook of {self._one(_TASKS)}",
            "publisher": self._one(_PUBLISHERS),
            "pages": f"{self.number % 300}–{self.number % 300 + 20}",
        }

    def _report(self) -> Data:
        return {
            "itemType": "report",
            **self._work(),
            "reportType": "Technical report",
            "reportNumber": f"TR-{self._digits(4)}",
            "institution": self._one(_SCHOOLS),
        }

    def _page(self) -> Data:
        return {
            "itemType": "webpage",
            **self._work(authors=1),
            "websiteTitle": "The Gradient",
            "url": f"https://example.org/posts/{self.number}?utm_source=feed&lang=en#top",
            "accessDate": f"{self.day.isoformat()}T09:15:00Z",
        }

    # --- what all have ---

    def _work(self, authors: int = 0, role: str = "") -> Data:
        creators = [self._creator("author") for _ in range(authors or self._author_count())]
        if role:
            creators += [self._creator(role) for _ in range(2)]
        title = self._title()
        return {
            "title": title,
            "creators": creators,
            "abstractNote": self._maybe(0.8, self._abstract),
            "date": self._date(),
            "language": self._one("||en|en-US|eng|de|fr|English"),
            "url": self._maybe(0.7, lambda: f"https://example.org/papers/{self.number}_{self._digits(6)}"),
            "libraryCatalog": "Crossref",
            "shortTitle": self._maybe(0.3, lambda: title.partition(":")[0]),
        }  # fmt: skip

    def _common(self) -> Data:
        added = (
            f"{date(2024, 1, 1) + timedelta(days=self.number % 700)}T10:00:{self.number % 60:02}Z"
        )
        return {
            "extra": self._maybe(0.45, self._extra),
            "tags": [
                {"tag": tag, "type": 1} if self.chance.random() < 0.5 else {"tag": tag}
                for tag in self.chance.sample(_TAGS.split("|"), self.chance.randrange(6))
            ],
            "collections": ["BENCH222"],
            "relations": {},
            "dateAdded": added,
            "dateModified": added,
        }

    def _author_count(self) -> int:
        """Most papers have a handful of authors, one in a hundred has a crowd."""
        (count,) = self.chance.choices((1, 2, 3, 4, 5, 8, 14, 60), (14, 20, 21, 17, 12, 10, 5, 1))
        return count

    def _creator(self, role: str) -> Data:
        if self.chance.random() < 0.01:
            return {"creatorType": role, "name": "The ATLAS Collaboration"}
        given, family = self.chance.choice(_GIVEN_NAMES), self.chance.choice(_FAMILY_NAMES)
        if self.chance.random() < 0.25:
            given = f"{given} {self.chance.choice(string.ascii_uppercase)}."
        return {"creatorType": role, "firstName": given, "lastName": family}

    def _title(self) -> str:
        title = f"{self._one(_METHODS)} {self._one('for|and|beyond|in')} {self._one(_TASKS)}"
        return title if self.chance.random() < 0.4 else f"{title}: {self._one(_QUALIFIERS)}"

    def _abstract(self) -> str:
        return " ".join(
            f"{self._one(_PHRASES)} {self._one(_METHODS)} for {self._one(_TASKS)} {self._one(_CLAIMS)}."
            for _ in range(self.chance.randrange(4, 13))
        )

    def _date(self) -> str:
        day = self.day
        return self._one(
            f"{day.isoformat()}|{day:%Y-%m}|{day.year}|{day:%B %d, %Y}|{day:%d %b %Y}|{day:%m/%Y}|{day.year}"
        )

    def _doi(self) -> str:
        return f"10.{self._digits(4)}/{self._one('s|j.tcs.|978-|<sic>')}{self._digits(5)}_{self.number}"

    def _extra(self) -> str:
        lines = self.chance.sample(_EXTRA.split("|"), self.chance.randrange(1, 4))
        return "\n".join(lines).format(
            key=f"pinned{self.number}", number=self.number + 10_000, digits=self._digits(2)
        )

    # --- chance ---

    def _one(self, choices: str) -> str:
        return self.chance.choice(choices.split("|"))

    def _maybe(self, share: float, make: Callable[[], str]) -> str:
        return make() if self.chance.random() < share else ""

    def _digits(self, count: int) -> str:
        return "".join(self.chance.choices(string.digits, k=count))

    def _key(self) -> str:
        """A Zotero key; the number is in it, so that no two are alike."""
        letters = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
        number, key = self.number, ""
        for _ in range(4):
            number, rest = divmod(number, len(letters))
            key = letters[rest] + key
        return "".join(self.chance.choices(letters, k=4)) + key


if __name__ == "__main__":
    json.dump(make_items(int(sys.argv[1])), sys.stdout, ensure_ascii=False, indent=1)
