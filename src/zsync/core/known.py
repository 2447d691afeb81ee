"""What is known of the papers that a list may name, before the list is read."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from zsync.core import fields, identifiers, venues
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
        """Give what an item's title says."""
        short, title = fields.split_title(item)
        return cls(item.title, short, title, venues.year(item), identifiers.of_item(item))

    @classmethod
    def of_words(cls, short: str | None, title: str) -> "KnownTitle":
        """Give a title that is about to be written."""
        return cls(f"{short}: {title}" if short else title, short, title)


@dataclass(frozen=True, slots=True)
class KnownTitles:
    """The titles that are known where a list is read."""

    titles: tuple[KnownTitle, ...] = ()

    @classmethod
    def of_items(cls, items: Iterable[Item]) -> "KnownTitles":
        """Give the titles of items, each once."""
        return cls(tuple(dict.fromkeys(KnownTitle.of_item(item) for item in items if item.title)))

    def with_titles(self, titles: Iterable[KnownTitle]) -> "KnownTitles":
        """Give these titles and some more."""
        return KnownTitles(tuple(dict.fromkeys((*self.titles, *titles))))


NOTHING_KNOWN = KnownTitles()
