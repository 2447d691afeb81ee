"""Public services about papers: an entry of a reading list -> Metadata.

``resolver`` decides who is asked about what; ``case`` what is believed; ``combine`` makes one paper of
several answers. ``asking`` answers questions from the ``cache`` or through the polite ``client``. ``arxiv``,
``crossref``, ``datacite``, ``openreview``, ``doi`` and ``cvf`` know one service each; ``csl`` reads the
works of two of them, ``markup`` and ``names`` clean what they send. ``public`` knows which addresses of the
network an answer may lead to.
"""

from zsync.resolvers.client import Clock, Politeness
from zsync.resolvers.resolver import CACHE_FILE, Resolver

__all__ = ["CACHE_FILE", "Clock", "Politeness", "Resolver"]
