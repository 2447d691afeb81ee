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
    # What somebody thinks of a paper, and how far they are with it, is nobody else's.
    private = {fold_tag(name) for name in policy.omit_tags} | STAR_TAGS | STATE_TAGS.keys()
    names = {
        name
        for tag in tags
        if fold_tag(tag.name) not in private
        and not (tag.automatic and policy.keywords is Keywords.MANUAL)
        and (name := breakers.sub("", clean(tag.name)).strip())
    }
    return sorted(names, key=lambda name: (name.casefold(), name))
