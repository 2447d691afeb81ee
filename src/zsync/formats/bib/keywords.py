"""Tags -> keywords."""

import re
from collections.abc import Iterable

from zsync.core.cite.policy import BibPolicy, Keywords
from zsync.core.fields import fold_tag
from zsync.core.model import Tag
from zsync.core.ratings import STAR_TAGS
from zsync.core.states import STATE_TAGS
from zsync.formats.bib.latex import clean


def keywords(tags: Iterable[Tag], policy: BibPolicy, breakers: re.Pattern[str]) -> list[str]:
    """The tags that the policy wants, sorted, without the characters (``breakers``) that split a list."""
    if policy.keywords is Keywords.OFF:
        return []
    private = {fold_tag(name) for name in policy.omit_tags}
    names = {
        name
        for tag in tags
        if fold_tag(tag.name) not in private
        and not _is_opinion(tag)
        and not (tag.automatic and policy.keywords is Keywords.MANUAL)
        and (name := breakers.sub("", clean(tag.name)).strip())
    }
    return sorted(names, key=lambda name: (name.casefold(), name))


def _is_opinion(tag: Tag) -> bool:
    """Whether a tag says what somebody thinks of a paper, or how far they are; an import brings subjects."""
    folded = fold_tag(tag.name)
    return not tag.automatic and (folded in STAR_TAGS or folded in STATE_TAGS)
