"""Tables: what Zotero's item types, fields and creator roles are called, here and in BibTeX.

Source of the Zotero side: the server's own schema (https://api.zotero.org/schema, version 41). Source of
the BibLaTeX side: the data model in the BibLaTeX manual, chapter 2; of the BibTeX side: *BibTeXing*.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

BASE_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        special: base
        for base, specials in {
            "authority": "court issuingAuthority legislativeBody organization",
            "date": "dateDecided dateEnacted issueDate",
            "medium": "artworkMedium audioFileType audioRecordingFormat format interviewMedium"
            " videoRecordingFormat",
            "number": "archiveID billNumber docketNumber documentNumber episodeNumber identifier"
            " patentNumber publicLawNumber reportNumber",
            "originalDate": "priorityDate",
            "pages": "codePages firstPage",
            "place": "repositoryLocation",
            "publicationTitle": "blogTitle bookTitle dictionaryTitle encyclopediaTitle forumTitle"
            " proceedingsTitle programTitle sessionTitle websiteTitle",
            "publisher": "company distributor institution label network repository studio university",
            "status": "legalStatus",
            "title": "caseName nameOfAct subject",
            "type": "genre letterType manuscriptType mapType postType presentationType reportType"
            " thesisType websiteType",
            "volume": "codeVolume reporterVolume",
        }.items()
        for special in specials.split()
    }
)
"""A type's own name for a field -> the field it is a form of (``bookTitle`` -> ``publicationTitle``)."""

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
        "dataset": ("misc", "dataset"),
        "document": ("misc", "misc"),
        "entry": ("incollection", "inreference"),
        "entry-dictionary": ("incollection", "inreference"),
        "entry-encyclopedia": ("incollection", "inreference"),
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
        "personal_communication": ("misc", "letter"),
        "post": ("misc", "online"),
        "post-weblog": ("misc", "online"),
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
"""CSL type (a ``type:`` line in Extra) -> BibTeX and BibLaTeX entry type."""

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

CSL_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "abstract": "abstractNote",
        "accessed": "accessDate",
        "archive_location": "archiveLocation",
        "call-number": "callNumber",
        "collection-number": "seriesNumber",
        "collection-title": "series",
        "container-title": "publicationTitle",
        "event": "conferenceName",
        "event-place": "eventPlace",
        "event-title": "conferenceName",
        "genre": "type",
        "issued": "date",
        "license": "rights",
        "number-of-pages": "numPages",
        "number-of-volumes": "numberOfVolumes",
        "original-date": "originalDate",
        "original-publisher": "originalPublisher",
        "original-publisher-place": "originalPlace",
        "page": "pages",
        "publisher-place": "place",
        "title-short": "shortTitle",
        "version": "versionNumber",
    }
)
"""CSL variable -> Zotero base field, where the two are not the same word."""

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
