"""A bibliography for BibLaTeX: in BibTeX's grammar, with the remarks inside records that Biber reads."""

from functools import partial
from typing import Final

from zsync.formats import bibtex_merge
from zsync.formats.bibtex import edit as edit
from zsync.formats.bibtex import parse as parse
from zsync.formats.bibtex import record_base as record_base
from zsync.formats.bibtex import render as render

merge: Final = partial(bibtex_merge.merge, remarks=True)
