"""What is known of the papers that a list may name, before the list is read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from zsync.core import fields, identifiers, venues
from zsync.core.base import Base, is_left_out, known_url
from zsync.core.model import Identifier, Item


@dataclass(frozen=True, slots=True)
class KnownTitle:
    """The title of a paper: the whole, and cut into its short name and the rest where that is known.

    ``year`` and ``identifiers`` tell the paper from others with the same few words for a title.
    """

    whole: str
    short: str | None = None
    title: str = ""
    year: int | None = field(default=None, compare=False)
    identifiers: tuple[Identifier, ...] = field(default=(), compare=False)

    @classmethod
    def of_item(cls, item: Item) -> "KnownTitle":
        """Return what an item's title says."""
        short, title = fields.split_title(item)
        return cls(
            fields.shown_title(item.title),
            short,
            title,
            venues.year(item),
            identifiers.of_item(item),
        )

    @classmethod
    def of_words(cls, short: str | None, title: str) -> "KnownTitle":
        """Return a title that is about to be written."""
        return cls(fields.whole_title(short, title), short, title)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the base knows of an entry: digests of its title and of its address, empty where it had none."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class KnownTitles:
    """The titles that are known where a list is read, and what is remembered of its entries.

    ``marks`` are those of boxes that say how far a paper is, each with the state, as the settings name them.
    """

    titles: tuple[KnownTitle, ...] = ()
    remembered: frozenset[Remembered] = frozenset()
    marks: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything is known."""
        return bool(self.titles or self.remembered)

    @classmethod
    def of(cls, base: Base, items: Iterable[Item] = ()) -> "KnownTitles":
        """Return the titles of items, each once, and what the base remembers.

        An item that was renamed has another title than its entry, and one that is gone has none any more.
        """
        entries = (each for item in base.items.values() for each in item.entries)
        said = ((each.of("title"), known_url(each)) for each in entries if not is_left_out(each))
        return cls(
            tuple(dict.fromkeys(KnownTitle.of_item(item) for item in items if item.title)),
            frozenset(
                Remembered(title.in_list, url or "")
                for title, url in said
                if title and title.in_list
            ),
        )

    def recogniser(self) -> Callable[[str], bool]:
        """Return what says of words whether they are a title that is known, whole and nothing else."""
        folded = {fields.plain(said) for each in self.titles for said in (each.whole, each.title)}
        folded.discard("")
        digests = {each.title for each in self.remembered}
        return lambda said: fields.plain(said) in folded or fields.digest(said) in digests

    def with_titles(self, titles: Iterable[KnownTitle]) -> "KnownTitles":
        """Return these titles and some more."""
        return replace(self, titles=tuple(dict.fromkeys((*self.titles, *titles))))

    def with_marks(self, marks: tuple[tuple[str, str], ...]) -> "KnownTitles":
        """Return these titles, and what the marks of boxes mean."""
        return replace(self, marks=marks)


NOTHING_KNOWN = KnownTitles()
