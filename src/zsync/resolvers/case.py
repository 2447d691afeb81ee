"""One entry while it is being resolved: what is known of it, and what is believed of what services say.

Each answer must carry the identifier that was asked for; its title, and the first author where both
name one, must agree with the line and with what was believed before. A first link to another paper,
or a paper found by nothing but its title, is a doubt for a person. What a service says of other
identifiers (a preprint's DOI, a DOI's preprint) is looked up and tested like a link. So a preprint
and its published version become one Metadata, and a wrong link none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from zsync.core import venues
from zsync.core.identifier_only import identifiers_of, is_identifier_only, spelled_out, whole_title
from zsync.core.identifiers import aliases, find
from zsync.core.identity import Sign, Traits, describe, judge
from zsync.core.metadata import Metadata, Resolution
from zsync.core.model import Entry, Identifier, Item
from zsync.core.titles import Tie, Title
from zsync.resolvers.answers import Reply
from zsync.resolvers.combine import is_published, merge

_PREPRINT_SERVERS = frozenset(
    (
        "arxiv",
        "biorxiv",
        "medrxiv",
        "chemrxiv",
        "preprint",
        "corr",
        "ssrn",
        "techrxiv",
        "openreview",
    )
)
# What a search by title also finds: reviews, figures, the data of a paper.
_NO_PAPERS = frozenset(("document", "dataset", "computerProgram"))
_TITLED = frozenset((Sign.TITLE, Sign.WORDING))
_TELLING_WORDS = 4


@dataclass(slots=True)
class Case:
    """What is found out about one entry.

    ``page`` is that of the proceedings, beside a DOI's record. ``elsewhere`` is a published version that is
    not of the line's venue; it counts where no other is found. ``refuted`` says that nobody knows the line's
    own identifier.
    """

    entry: Entry
    identifiers: tuple[Identifier, ...]
    title: str
    published: Metadata | None = None
    page: Metadata | None = None
    preprint: Metadata | None = None
    elsewhere: Metadata | None = None
    doubt: str = ""
    refuted: bool = False
    unanswered: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, entry: Entry, known: Metadata | None = None) -> "Case":
        """Begin with what the line says, and with what a record says of the same paper."""
        own = identifiers_of(entry)
        more = known.identifiers if known else ()
        title = whole_title(entry) or (known.title if known else "")
        return cls(entry, tuple(dict.fromkeys((*own, *more))), title)

    # What is known

    @property
    def accepted(self) -> Iterator[Metadata]:
        """What was believed so far, the published version first."""
        return (each for each in (self.published, self.page, self.preprint) if each)

    @property
    def best_title(self) -> str:
        """The published title where it is known, else the preprint's, else the line's."""
        return next((each.title for each in self.accepted), self.title)

    @property
    def names_venue(self) -> bool:
        """Whether the line says that the paper appeared somewhere else than on a preprint server."""
        venue = (self.entry.venue or "").strip().casefold()
        return bool(venue) and venue not in _PREPRINT_SERVERS

    @property
    def wants_published(self) -> bool:
        """Whether the published version is worth looking for by the title.

        A line that names a preprint server wants the preprint; an address alone leaves it open.
        """
        if self.doubt or self.published or not self.best_title:
            return False
        is_open = is_identifier_only(self.entry) or self.page is not None
        return self.names_venue or is_open or not any(self.accepted)

    @property
    def further(self) -> tuple[Identifier, ...]:
        """Identifiers that a preprint gives for its published version."""
        if self.doubt or self.published or not self.preprint:
            return ()
        named = self.preprint.identifiers
        return tuple(each for each in named if each.kind == "doi" and each not in self.identifiers)

    @property
    def related(self) -> tuple[Identifier, ...]:
        """Preprints that a published version names, where none is known yet."""
        if self.preprint or self.doubt:
            return ()
        named = (each for one in self.accepted for each in one.identifiers if each.kind == "arxiv")
        return tuple(dict.fromkeys(each for each in named if each not in self.identifiers))

    @property
    def conference(self) -> tuple[str, int] | None:
        """The venue and year of the published version, by its record or else by the line."""
        if self.published:
            venue, year = venues.label(_item(self.published))
        else:
            venue, year = self.entry.venue, self.entry.year
        return (venue.upper(), year) if venue and year else None

    # What is believed

    def take_identified(self, asked: Identifier, reply: Reply) -> None:
        """Believe what a service says of one of the entry's identifiers, or doubt the link."""
        if asked == self._own:
            self.refuted = not reply.found and not reply.unanswered
        elif not self.title and not any(self.accepted):
            return  # nothing tells whether this link is the paper
        for metadata in reply.found:
            if asked not in _own_names(metadata):
                continue
            objection = self._objection(metadata, linked=True)
            if not objection:
                self._take(metadata)
            elif asked == self._own:
                self.doubt = f"{describe(asked)} {objection}"
            return

    def take_published(self, found: Iterable[Metadata]) -> None:
        """Believe what is said of the published version of a preprint that was believed before."""
        for metadata in found:
            if is_published(metadata) and not self._objection(metadata, linked=True):
                if self.names_venue and not self._same_venue(metadata):
                    self.elsewhere = metadata
                else:
                    self._take(metadata)
                return

    def take_page(self, found: Iterable[Metadata]) -> None:
        """Believe the page of the proceedings that was looked for by first author and title."""
        for metadata in found:
            if not self._objection(metadata, linked=False):
                self.page = metadata
                return

    def take_likely(self, found: Iterable[Metadata]) -> None:
        """Believe the first paper with this title that fits the line; doubt it if only the title does."""
        fitting = [each for each in found if self._fits(each)]
        wanted = [each for each in fitting if is_published(each)] or (
            [] if any(self.accepted) else fitting
        )
        if not wanted:
            return
        alone = not any(self._another(wanted[0], other, Tie.LOOSE) for other in wanted)
        if any(self.accepted) or (alone and self._supports(wanted[0])):
            self._take(wanted[0])
            return
        first = wanted[0].creators[0] if wanted[0].creators else None
        who = f" by {first.last_name or first.name}" if first else ""
        self.doubt = f"Only the title says that this is “{wanted[0].title}”{who}."

    def resolution(self) -> Resolution:
        """What came of it."""
        if self.doubt:
            return Resolution(doubt=self.doubt)
        published = self.published or (None if self.page else self.elsewhere)
        metadata = merge(published, self.page, self.preprint, self._unchecked)
        complete = self.published or (metadata and not self.names_venue)
        unanswered = "" if complete else "; ".join(dict.fromkeys(self.unanswered))
        return Resolution(metadata, unanswered=unanswered)

    @property
    def _unchecked(self) -> tuple[Identifier, ...]:
        """The preprint that the line links, where arXiv did not say what it is."""
        own = self._own
        wanted = own and own.kind == "arxiv" and not self.preprint and not self.refuted
        return (own,) if own and wanted else ()

    @property
    def _own(self) -> Identifier | None:
        """The identifier that stands for the paper: typed in place of the title, or the first link's."""
        links = self.entry.links
        if is_identifier_only(self.entry) or not links:
            return next(iter(self.identifiers), None)
        return find(links[0].url)

    def _take(self, metadata: Metadata) -> None:
        if not is_published(metadata):
            self.preprint = self.preprint or metadata
        elif any(each.kind == "cvf" for each in metadata.identifiers):
            self.page = self.page or metadata
        else:
            self.published = self.published or metadata

    def _objection(self, metadata: Metadata, *, linked: bool) -> str:
        """Why an answer is about another paper, as the end of a sentence; empty where it is not."""
        tie = Tie.FIRM if linked else Tie.LOOSE
        judgement = judge(self._line, Traits.of_metadata(metadata), tie)
        if self.title and not judgement.agrees & _TITLED:
            return f"is “{metadata.title}”, not “{self.title}”."
        if Sign.AUTHORS in judgement.differs:
            return f"is not by {self.entry.authors}."
        if Sign.IDENTIFIER in judgement.differs:
            return f"is not the paper that is linked: {judgement.objection}."
        for other in self.accepted:
            if self._another(other, metadata, tie):
                return f"is “{metadata.title}”, which is not “{other.title}”."
        return ""

    @property
    def _line(self) -> Traits:
        """What the line says, with the title that stands in where it has none."""
        said = Traits.of_entry(spelled_out(self.entry))
        titles = (Title.of_text(self.title),) if self.title else ()
        return replace(said, titles=titles, own=() if self.refuted else said.own)

    @staticmethod
    def _another(one: Metadata, other: Metadata, tie: Tie) -> bool:
        """Whether two answers are about two papers; their years and kinds may be those of two versions."""
        judgement = judge(Traits.of_metadata(one), Traits.of_metadata(other), tie)
        return not judgement.agrees & _TITLED or bool(
            judgement.differs & {Sign.AUTHORS, Sign.IDENTIFIER}
        )

    def _fits(self, metadata: Metadata) -> bool:
        if not any(self.accepted) and not self.title:
            return False
        if metadata.item_type in _NO_PAPERS or self._objection(metadata, linked=False):
            return False
        judgement = judge(self._line, Traits.of_metadata(metadata))
        return Sign.YEAR not in judgement.differs and (
            not self.names_venue or not is_published(metadata) or self._same_venue(metadata)
        )

    def _same_venue(self, metadata: Metadata) -> bool:
        """Whether a published version is of the line's venue: by its short name, or word for word."""
        item = _item(metadata)
        wanted = (self.entry.venue or "").casefold()
        label = (venues.label(item)[0] or "").casefold()
        names = " ".join(text for name, text in metadata.fields.items() if name in _VENUE_FIELDS)
        return wanted == label or f" {wanted} " in f" {_bare(names)} "

    def _supports(self, metadata: Metadata) -> bool:
        """Whether the line says more than the title for a paper that was found by it."""
        if self.entry.authors and metadata.creators:
            return True
        dated = self.entry.year is not None
        return dated and (self.names_venue or len(self.title.split()) >= _TELLING_WORDS)


_VENUE_FIELDS = frozenset(
    ("publicationTitle", "proceedingsTitle", "bookTitle", "conferenceName", "series")
)


def _bare(text: str) -> str:
    return " ".join("".join(each if each.isalnum() else " " for each in text.casefold()).split())


def _item(metadata: Metadata) -> Item:
    return Item("", metadata.item_type, fields=metadata.fields)


def _own_names(metadata: Metadata) -> set[Identifier]:
    """What a record itself is called; the identifiers after the first are of other versions."""
    return {each for one in metadata.identifiers[:1] for each in (one, *aliases(one))}
