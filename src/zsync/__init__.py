"""zsync keeps a Markdown reading list and a BibTeX file in step with a Zotero collection."""

__version__ = "0.2.0"
