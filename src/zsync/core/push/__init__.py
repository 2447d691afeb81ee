"""Pushing: what of the list and the .bib goes to Zotero."""
