"""A bibliography for BibLaTeX: in BibTeX's grammar, with the remarks inside records that Biber reads."""

from functools import partial
from typing import Final

from zsync.formats.bib import bibtex_merge
from zsync.formats.bib.bibtex import edit as edit
from zsync.formats.bib.bibtex import parse as parse
from zsync.formats.bib.bibtex import record_base as record_base
from zsync.formats.bib.bibtex import render as render

merge: Final = partial(bibtex_merge.merge, remarks=True)
