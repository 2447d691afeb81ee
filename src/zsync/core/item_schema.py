"""Zotero's item types: the fields that each takes, under its own names, and the roles of its creators.

Source: the server's own schema (https://api.zotero.org/schema, version 41).
"""

from collections.abc import Iterator, Mapping
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

# ``+archive`` stands for the four fields of _ARCHIVE; those of _EVERYWHERE are left out.
_FIELDS: Final = """
artwork: +archive title artworkMedium artworkSize date eventPlace language
audioRecording: +archive title audioRecordingFormat seriesTitle volume numberOfVolumes label place
    date runningTime ISBN language
bill: title billNumber code codeVolume section codePages legislativeBody session history date
    language
blogPost: title blogTitle websiteType date ISSN language
book: +archive title series seriesNumber volume numberOfVolumes edition date publisher place
    originalDate originalPublisher originalPlace format numPages ISBN ISSN language
bookSection: +archive title bookTitle series seriesNumber volume numberOfVolumes edition date
    publisher place originalDate originalPublisher originalPlace format pages ISBN ISSN language
case: caseName court dateDecided docketNumber reporter reporterVolume firstPage history language
computerProgram: +archive title seriesTitle versionNumber date system company place
    programmingLanguage ISBN
conferencePaper: +archive title proceedingsTitle conferenceName publisher place date eventPlace
    volume issue numberOfVolumes pages series seriesNumber ISBN ISSN language
dataset: +archive title identifier type versionNumber date repository repositoryLocation format
    language
dictionaryEntry: +archive title dictionaryTitle series seriesNumber volume numberOfVolumes edition
    date publisher place pages ISBN language
document: +archive title type date publisher place language
email: subject date language
encyclopediaArticle: +archive title encyclopediaTitle series seriesNumber volume numberOfVolumes
    edition date publisher place pages ISBN language
film: +archive title distributor place date genre videoRecordingFormat runningTime language
forumPost: title forumTitle postType date language
hearing: title committee publisher numberOfVolumes documentNumber pages legislativeBody session
    history date place language
instantMessage: title date language
interview: +archive title interviewMedium date publisher place language
journalArticle: +archive title publicationTitle publisher place date volume issue section
    partNumber partTitle pages series seriesTitle seriesText journalAbbreviation PMID PMCID ISSN
    language
letter: +archive title letterType date eventPlace language
magazineArticle: +archive title publicationTitle publisher place date volume issue pages ISSN
    language
manuscript: +archive title manuscriptType institution place date numPages number language
map: +archive title mapType scale seriesTitle edition publisher place date ISBN language
newspaperArticle: +archive title publicationTitle publisher place date volume issue edition
    section pages ISSN language
patent: title place country assignee issuingAuthority patentNumber filingDate pages
    applicationNumber priorityNumbers issueDate priorityDate references legalStatus language
podcast: title seriesTitle episodeNumber audioFileType date publisher place runningTime language
preprint: +archive title genre repository archiveID place date series seriesNumber language
presentation: title presentationType date meetingName place series sessionTitle language
radioBroadcast: +archive title programTitle episodeNumber audioRecordingFormat network place date
    runningTime language
report: +archive title reportNumber reportType institution place date seriesTitle seriesNumber
    pages ISBN ISSN language
standard: +archive title organization committee type number versionNumber edition status date
    publisher place partNumber partTitle ISBN numPages language
statute: nameOfAct code codeNumber publicLawNumber dateEnacted pages section session history
    language
thesis: +archive title thesisType university place date series seriesNumber numPages ISBN ISSN
    language
tvBroadcast: +archive title programTitle episodeNumber videoRecordingFormat network place date
    runningTime language
videoRecording: +archive title videoRecordingFormat seriesTitle volume numberOfVolumes studio
    place date runningTime ISBN language
webpage: title websiteTitle websiteType date publisher place language
"""
_ROLES: Final = """
artwork: artist contributor
audioRecording: performer originalCreator composer wordsBy translator contributor
bill: sponsor cosponsor contributor
blogPost: author translator commenter contributor
book: author contributor editor translator seriesEditor
bookSection: author contributor editor bookAuthor translator seriesEditor
case: author counsel contributor
computerProgram: programmer contributor
conferencePaper: author contributor editor translator seriesEditor
dataset: author contributor
dictionaryEntry: author contributor editor translator seriesEditor
document: author contributor editor translator reviewedAuthor
email: author translator contributor recipient
encyclopediaArticle: author contributor editor translator seriesEditor
film: director producer scriptwriter castMember host guest narrator translator contributor
forumPost: author contributor
hearing: contributor
instantMessage: author contributor recipient
interview: interviewee contributor interviewer translator
journalArticle: author contributor editor translator reviewedAuthor
letter: author recipient contributor translator
magazineArticle: author contributor translator reviewedAuthor
manuscript: author contributor translator
map: cartographer contributor seriesEditor
newspaperArticle: author contributor translator reviewedAuthor
patent: inventor attorneyAgent contributor
podcast: podcaster guest producer executiveProducer seriesCreator director scriptwriter castMember
    translator contributor
preprint: author contributor editor translator reviewedAuthor
presentation: presenter chair organizer contributor translator
radioBroadcast: creator host guest producer executiveProducer seriesCreator director scriptwriter
    castMember translator contributor
report: author editor contributor translator seriesEditor
standard: author editor contributor
statute: author contributor
thesis: author contributor
tvBroadcast: director producer executiveProducer seriesCreator scriptwriter castMember host guest
    narrator translator contributor
videoRecording: creator director producer scriptwriter executiveProducer castMember host guest
    narrator translator contributor
webpage: author contributor translator
"""


_EVERYWHERE: Final = frozenset(
    ("abstractNote", "DOI", "citationKey", "url", "accessDate", "shortTitle", "rights", "extra")
)
_ARCHIVE: Final = frozenset(("archive", "archiveLocation", "libraryCatalog", "callNumber"))


def _rows(table: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each item type with the words after it; a row that begins with spaces goes on with the last."""
    for row in table.strip().replace("\n    ", " ").splitlines():
        name, _, words = row.partition(": ")
        yield name, tuple(words.split())


ITEM_FIELDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        name: frozenset(words) - {"+archive"}
        | _EVERYWHERE
        | (_ARCHIVE if "+archive" in words else frozenset())
        for name, words in _rows(_FIELDS)
    }
)
"""Item type -> the names of its fields, of regular items only."""

ITEM_ROLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(dict(_rows(_ROLES)))
"""Item type -> the roles that its creators may have, the one that counts as authorship first."""


def own_name(item_type: str, field: str) -> str | None:
    """What an item type calls a field: itself, or the form of the same base field; None if it has none."""
    fields = ITEM_FIELDS[item_type]
    if field in fields:
        return field
    base = BASE_FIELDS.get(field, field)
    twins = (name for name in sorted(fields) if BASE_FIELDS.get(name, name) == base)
    return next(twins, None)
