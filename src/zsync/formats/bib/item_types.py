"""Tables: what Zotero's item types, fields and creator roles are called, here, in BibTeX and in CSL.

Source of the Zotero side and of what it is called in CSL: the server's own schema
(https://api.zotero.org/schema, version 41). Source of the BibLaTeX side: the data model in the BibLaTeX
manual, chapter 2; of the BibTeX side: *BibTeXing*; of the variables that Zotero has no field for: the
CSL 1.0.2 specification, appendix IV.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from zsync.core.item_schema import BASE_FIELDS as BASE_FIELDS

PRIMARY_ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "artwork": "artist",
        "audioRecording": "performer",
        "bill": "sponsor",
        "computerProgram": "programmer",
        "film": "director",
        "hearing": "contributor",
        "interview": "interviewee",
        "map": "cartographer",
        "patent": "inventor",
        "podcast": "podcaster",
        "presentation": "presenter",
        "radioBroadcast": "creator",
        "tvBroadcast": "director",
        "videoRecording": "creator",
    }
)
"""The role that counts as authorship, by item type; ``author`` for every type not named."""

CREATOR_ROLES: Final = frozenset({
    "artist", "attorneyAgent", "author", "bookAuthor", "cartographer", "castMember", "chair",
    "commenter", "composer", "contributor", "cosponsor", "counsel", "creator", "director",
    "editor", "executiveProducer", "guest", "host", "interviewee", "interviewer", "inventor",
    "narrator", "organizer", "originalCreator", "performer", "podcaster", "presenter",
    "producer", "programmer", "recipient", "reviewedAuthor", "scriptwriter", "seriesCreator",
    "seriesEditor", "sponsor", "translator", "wordsBy",
})  # fmt: skip

BIBTEX_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "journalArticle": "article",
        "magazineArticle": "article",
        "newspaperArticle": "article",
        "encyclopediaArticle": "incollection",
        "dictionaryEntry": "incollection",
        "book": "book",
        "bookSection": "incollection",
        "conferencePaper": "inproceedings",
        "thesis": "phdthesis",
        "report": "techreport",
        "manuscript": "unpublished",
        "patent": "patent",
    }
)
"""Item type -> BibTeX entry type; ``misc`` for every type not named."""

BIBLATEX_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "artwork": "artwork",
        "audioRecording": "audio",
        "bill": "legislation",
        "blogPost": "online",
        "book": "book",
        "bookSection": "incollection",
        "case": "jurisdiction",
        "computerProgram": "software",
        "conferencePaper": "inproceedings",
        "dataset": "dataset",
        "dictionaryEntry": "inreference",
        "email": "letter",
        "encyclopediaArticle": "inreference",
        "film": "video",
        "forumPost": "online",
        "hearing": "jurisdiction",
        "journalArticle": "article",
        "letter": "letter",
        "magazineArticle": "article",
        "manuscript": "unpublished",
        "newspaperArticle": "article",
        "patent": "patent",
        "podcast": "audio",
        "preprint": "online",
        "presentation": "unpublished",
        "radioBroadcast": "audio",
        "report": "report",
        "standard": "standard",
        "statute": "legislation",
        "thesis": "thesis",
        "tvBroadcast": "video",
        "videoRecording": "video",
        "webpage": "online",
    }
)
"""Item type -> BibLaTeX entry type; ``misc`` for every type not named."""

BIBLATEX_SUBTYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "film": "film",
        "magazineArticle": "magazine",
        "newspaperArticle": "newspaper",
        "tvBroadcast": "tvbroadcast",
        "videoRecording": "video",
    }
)
"""Item type -> BibLaTeX ``entrysubtype``, where the entry type alone says too little."""

CSL_TYPES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "article": ("misc", "online"),
        "article-journal": ("article", "article"),
        "article-magazine": ("article", "article"),
        "article-newspaper": ("article", "article"),
        "bill": ("misc", "legislation"),
        "book": ("book", "book"),
        "broadcast": ("misc", "misc"),
        "chapter": ("incollection", "incollection"),
        "classic": ("book", "book"),
        "collection": ("misc", "misc"),
        "dataset": ("misc", "dataset"),
        "document": ("misc", "misc"),
        "entry": ("incollection", "inreference"),
        "entry-dictionary": ("incollection", "inreference"),
        "entry-encyclopedia": ("incollection", "inreference"),
        "event": ("misc", "misc"),
        "figure": ("misc", "image"),
        "graphic": ("misc", "image"),
        "hearing": ("misc", "jurisdiction"),
        "interview": ("misc", "misc"),
        "legal_case": ("misc", "jurisdiction"),
        "legislation": ("misc", "legislation"),
        "manuscript": ("unpublished", "unpublished"),
        "map": ("misc", "misc"),
        "motion_picture": ("misc", "movie"),
        "musical_score": ("misc", "audio"),
        "pamphlet": ("booklet", "booklet"),
        "paper-conference": ("inproceedings", "inproceedings"),
        "patent": ("patent", "patent"),
        "performance": ("misc", "performance"),
        "periodical": ("misc", "periodical"),
        "personal_communication": ("misc", "letter"),
        "post": ("misc", "online"),
        "post-weblog": ("misc", "online"),
        "regulation": ("misc", "legislation"),
        "report": ("techreport", "report"),
        "review": ("article", "review"),
        "review-book": ("article", "review"),
        "software": ("misc", "software"),
        "song": ("misc", "music"),
        "speech": ("misc", "misc"),
        "standard": ("misc", "standard"),
        "thesis": ("phdthesis", "thesis"),
        "treaty": ("misc", "legal"),
        "webpage": ("misc", "online"),
    }
)
"""Every CSL type (a ``type:`` line in Extra names one) -> BibTeX and BibLaTeX entry type."""

CSL_SUBTYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "article-magazine": "magazine",
        "article-newspaper": "newspaper",
        "broadcast": "broadcast",
        "interview": "interview",
        "map": "map",
        "speech": "speech",
    }
)
"""CSL type -> BibLaTeX ``entrysubtype``."""

CSL_ITEM_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        item_type: csl_type
        for csl_type, item_types in {
            "article": "preprint",
            "article-journal": "journalArticle",
            "article-magazine": "magazineArticle",
            "article-newspaper": "newspaperArticle",
            "bill": "bill",
            "book": "book",
            "broadcast": "podcast radioBroadcast tvBroadcast",
            "chapter": "bookSection",
            "dataset": "dataset",
            "entry-dictionary": "dictionaryEntry",
            "entry-encyclopedia": "encyclopediaArticle",
            "graphic": "artwork",
            "hearing": "hearing",
            "interview": "interview",
            "legal_case": "case",
            "legislation": "statute",
            "manuscript": "manuscript",
            "map": "map",
            "motion_picture": "film videoRecording",
            "paper-conference": "conferencePaper",
            "patent": "patent",
            "personal_communication": "email instantMessage letter",
            "post": "forumPost",
            "post-weblog": "blogPost",
            "report": "report",
            "software": "computerProgram",
            "song": "audioRecording",
            "speech": "presentation",
            "standard": "standard",
            "thesis": "thesis",
            "webpage": "webpage",
        }.items()
        for item_type in item_types.split()
    }
)
"""Item type -> CSL type; ``document`` for every type not named."""

CSL_TEXTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "DOI": ("DOI",),
        "ISBN": ("ISBN",),
        "ISSN": ("ISSN",),
        "PMCID": ("PMCID",),
        "PMID": ("PMID",),
        "URL": ("url",),
        "abstract": ("abstractNote",),
        "archive": ("archive",),
        "archive-place": ("archivePlace",),
        "archive_collection": ("archiveCollection",),
        "archive_location": ("archiveLocation",),
        "authority": ("authority",),
        "call-number": ("callNumber", "applicationNumber"),
        "chapter-number": ("session",),
        "collection-number": ("seriesNumber",),
        "collection-title": ("seriesTitle", "series"),
        "container-title": ("publicationTitle", "reporter", "code"),
        "container-title-short": ("journalAbbreviation",),
        "dimensions": ("artworkSize", "runningTime"),
        "division": ("division",),
        "edition": ("edition",),
        "event-place": ("eventPlace",),
        "event-title": ("conferenceName", "meetingName"),
        "genre": ("type", "programmingLanguage"),
        "issue": ("issue", "priorityNumbers"),
        "jurisdiction": ("jurisdiction",),
        "language": ("language",),
        "license": ("rights",),
        "medium": ("medium", "system"),
        "number": ("number",),
        "number-of-pages": ("numPages",),
        "number-of-volumes": ("numberOfVolumes",),
        "original-publisher": ("originalPublisher",),
        "original-publisher-place": ("originalPlace",),
        "original-title": ("originalTitle",),
        "page": ("pages",),
        "part-number": ("partNumber",),
        "part-title": ("partTitle",),
        "printing-number": ("printingNumber",),
        "publisher": ("publisher",),
        "publisher-place": ("place",),
        "references": ("history", "references"),
        "reviewed-genre": ("reviewedGenre",),
        "reviewed-title": ("reviewedTitle",),
        "scale": ("scale",),
        "section": ("section", "committee"),
        "source": ("libraryCatalog",),
        "status": ("status",),
        "supplement-number": ("supplementNumber",),
        "title": ("title",),
        "title-short": ("shortTitle",),
        "version": ("versionNumber",),
        "volume": ("volume", "codeNumber"),
        "volume-title": ("volumeTitle",),
        "volume-title-short": ("volumeTitleShort",),
    }
)
"""CSL variable -> the base fields that say it, the first that an item has; some only Extra can have.

What CSL calls notes (``note``, ``annote``) is private here, ``keyword`` comes from tags, and the variables
that a processor fills by itself, such as ``citation-number``, are no item's.
"""

CSL_DATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "accessed": "accessDate",
        "available-date": "availableDate",
        "event-date": "eventDate",
        "issued": "date",
        "original-date": "originalDate",
        "submitted": "filingDate",
    }
)
"""CSL variable -> the base field with its date."""

CSL_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "author": "author",
        "bookAuthor": "container-author",
        "castMember": "performer",
        "chair": "chair",
        "compiler": "compiler",
        "composer": "composer",
        "contributor": "contributor",
        "creator": "author",
        "curator": "curator",
        "director": "director",
        "editor": "editor",
        "editorialDirector": "editorial-director",
        "executiveProducer": "executive-producer",
        "guest": "guest",
        "host": "host",
        "illustrator": "illustrator",
        "interviewer": "interviewer",
        "narrator": "narrator",
        "organizer": "organizer",
        "originalCreator": "original-author",
        "podcaster": "host",
        "producer": "producer",
        "recipient": "recipient",
        "reviewedAuthor": "reviewed-author",
        "scriptwriter": "script-writer",
        "seriesCreator": "series-creator",
        "seriesEditor": "collection-editor",
        "translator": "translator",
    }
)
"""Role -> CSL variable; the role that counts as authorship is an ``author`` if it is not named here."""

CSL_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{variable: fields[0] for variable, fields in CSL_TEXTS.items()},
        **CSL_DATES,
        "collection-title": "series",
        "event": "conferenceName",
    }
)
"""CSL variable in Extra -> the base field that it fills."""

FIELDS: Final = frozenset({
    "DOI", "ISBN", "ISSN", "PMCID", "PMID", "abstractNote", "accessDate", "applicationNumber",
    "archive", "archiveLocation", "artworkSize", "assignee", "authority", "callNumber",
    "code", "codeNumber", "committee", "conferenceName", "country", "date", "edition",
    "eventPlace", "filingDate", "history", "issue", "journalAbbreviation", "language",
    "libraryCatalog", "medium", "meetingName", "numPages", "number", "numberOfVolumes",
    "originalDate", "originalPlace", "originalPublisher", "pages", "partNumber", "partTitle",
    "place", "priorityNumbers", "programmingLanguage", "publicationTitle", "publisher",
    "references", "reporter", "rights", "runningTime", "scale", "section", "series",
    "seriesNumber", "seriesText", "seriesTitle", "session", "shortTitle", "status", "system",
    "title", "type", "url", "versionNumber", "volume",
})  # fmt: skip
"""Every base field of a regular item, ``citationKey`` and ``extra`` apart."""
