"""Markdown reading lists."""
from zsync.formats.reading_list.document import Heading, ReadingList, parse
__all__ = ["Heading", "ReadingList", "parse"]
