"""Content negotiation at doi.org (https://citation.doi.org/docs.html): a DOI of any agency -> Metadata."""

from urllib.parse import quote

from zsync.core.model import Identifier
from zsync.resolvers import csl
from zsync.resolvers.answers import Question

_CSL_JSON = "application/vnd.citationstyles.csl+json"


def question(identifier: Identifier) -> Question:
    """Ask the agency that registered a DOI."""
    return Question("doi", f"/{quote(identifier.value, safe='/')}", (), csl.read_csl, _CSL_JSON)
