"""Bibliographies: BibTeX, BibLaTeX and CSL-JSON, in and out."""
