"""Facts of the Zotero schema, version 41: item types, their fields and creator types, English labels.

Source: the schema that https://api.zotero.org/schema publishes. The table below holds one block
  per item
type: its name, its creator types (the primary one first), and its fields in the order in which
  the API
lists them. ``artworkMedium=medium`` says that this type's field stands for the base field ``medium``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

SCHEMA_VERSION = 41

_TABLE = """
annotation:
artwork: artist contributor
    title abstractNote artworkMedium=medium artworkSize date eventPlace DOI citationKey url
    accessDate archive archiveLocation shortTitle language libraryCatalog callNumber rights
    extra
attachment:
    title accessDate url
audioRecording: performer originalCreator composer wordsBy translator contributor
    title abstractNote audioRecordingFormat=medium seriesTitle volume numberOfVolumes
    label=publisher place date runningTime ISBN DOI citationKey url accessDate archive
    archiveLocation shortTitle language libraryCatalog callNumber rights extra
bill: sponsor cosponsor contributor
    title abstractNote billNumber=number code codeVolume=volume section codePages=pages
    legislativeBody=authority session history date DOI citationKey url accessDate shortTitle
    language rights extra
blogPost: author translator commenter contributor
    title abstractNote blogTitle=publicationTitle websiteType=type date DOI citationKey url
    accessDate ISSN shortTitle language rights extra
book: author contributor editor translator seriesEditor
    title abstractNote series seriesNumber volume numberOfVolumes edition date publisher
    place originalDate originalPublisher originalPlace format=medium numPages ISBN DOI
    citationKey url accessDate ISSN archive archiveLocation shortTitle language
    libraryCatalog callNumber rights extra
bookSection: author contributor editor bookAuthor translator seriesEditor
    title abstractNote bookTitle=publicationTitle series seriesNumber volume numberOfVolumes
    edition date publisher place originalDate originalPublisher originalPlace format=medium
    pages ISBN DOI citationKey url accessDate ISSN archive archiveLocation shortTitle
    language libraryCatalog callNumber rights extra
case: author counsel contributor
    caseName=title abstractNote court=authority dateDecided=date docketNumber=number
    reporter reporterVolume=volume firstPage=pages history DOI citationKey url accessDate
    shortTitle language rights extra
computerProgram: programmer contributor
    title abstractNote seriesTitle versionNumber date system company=publisher place
    programmingLanguage rights citationKey url accessDate DOI ISBN archive archiveLocation
    libraryCatalog callNumber shortTitle extra
conferencePaper: author contributor editor translator seriesEditor
    title abstractNote proceedingsTitle=publicationTitle conferenceName publisher place date
    eventPlace volume issue numberOfVolumes pages series seriesNumber DOI ISBN citationKey
    url accessDate ISSN archive archiveLocation shortTitle language libraryCatalog
    callNumber rights extra
dataset: author contributor
    title abstractNote identifier=number type versionNumber date repository=publisher
    repositoryLocation=place format=medium DOI citationKey url accessDate archive
    archiveLocation shortTitle language libraryCatalog callNumber rights extra
dictionaryEntry: author contributor editor translator seriesEditor
    title abstractNote dictionaryTitle=publicationTitle series seriesNumber volume
    numberOfVolumes edition date publisher place pages ISBN DOI citationKey url accessDate
    archive archiveLocation shortTitle language libraryCatalog callNumber rights extra
document: author contributor editor translator reviewedAuthor
    title abstractNote type date publisher place DOI citationKey url accessDate archive
    archiveLocation shortTitle language libraryCatalog callNumber rights extra
email: author translator contributor recipient
    subject=title abstractNote date DOI citationKey url accessDate shortTitle language
    rights extra
encyclopediaArticle: author contributor editor translator seriesEditor
    title abstractNote encyclopediaTitle=publicationTitle series seriesNumber volume
    numberOfVolumes edition date publisher place pages ISBN DOI citationKey url accessDate
    archive archiveLocation shortTitle language libraryCatalog callNumber rights extra
film: director producer scriptwriter castMember host guest narrator translator contributor
    title abstractNote distributor=publisher place date genre=type
    videoRecordingFormat=medium runningTime DOI citationKey url accessDate archive
    archiveLocation shortTitle language libraryCatalog callNumber rights extra
forumPost: author contributor
    title abstractNote forumTitle=publicationTitle postType=type date DOI citationKey url
    accessDate shortTitle language rights extra
hearing: contributor
    title abstractNote committee publisher numberOfVolumes documentNumber=number pages
    legislativeBody=authority session history date place DOI citationKey url accessDate
    shortTitle language rights extra
instantMessage: author contributor recipient
    title abstractNote date DOI citationKey url accessDate shortTitle language rights extra
interview: interviewee contributor interviewer translator
    title abstractNote interviewMedium=medium date publisher place DOI citationKey url
    accessDate archive archiveLocation shortTitle language libraryCatalog callNumber rights
    extra
journalArticle: author contributor editor translator reviewedAuthor
    title abstractNote publicationTitle publisher place date volume issue section partNumber
    partTitle pages series seriesTitle seriesText journalAbbreviation DOI citationKey url
    accessDate PMID PMCID ISSN archive archiveLocation shortTitle language libraryCatalog
    callNumber rights extra
letter: author recipient contributor translator
    title abstractNote letterType=type date eventPlace DOI citationKey url accessDate
    archive archiveLocation shortTitle language libraryCatalog callNumber rights extra
magazineArticle: author contributor translator reviewedAuthor
    title abstractNote publicationTitle publisher place date volume issue pages ISSN DOI
    citationKey url accessDate archive archiveLocation shortTitle language libraryCatalog
    callNumber rights extra
manuscript: author contributor translator
    title abstractNote manuscriptType=type institution=publisher place date numPages number
    DOI citationKey url accessDate archive archiveLocation shortTitle language
    libraryCatalog callNumber rights extra
map: cartographer contributor seriesEditor
    title abstractNote mapType=type scale seriesTitle edition publisher place date DOI ISBN
    citationKey url accessDate archive archiveLocation shortTitle language libraryCatalog
    callNumber rights extra
newspaperArticle: author contributor translator reviewedAuthor
    title abstractNote publicationTitle publisher place date volume issue edition section
    pages ISSN DOI citationKey url accessDate archive archiveLocation shortTitle language
    libraryCatalog callNumber rights extra
note:
patent: inventor attorneyAgent contributor
    title abstractNote place country assignee issuingAuthority=authority patentNumber=number
    filingDate pages applicationNumber priorityNumbers issueDate=date
    priorityDate=originalDate references legalStatus=status DOI citationKey url accessDate
    shortTitle language rights extra
podcast: podcaster guest producer executiveProducer seriesCreator director scriptwriter
  castMember translator contributor
    title abstractNote seriesTitle episodeNumber=number audioFileType=medium date publisher
    place runningTime DOI citationKey url accessDate shortTitle language rights extra
preprint: author contributor editor translator reviewedAuthor
    title abstractNote genre=type repository=publisher archiveID=number place date series
    seriesNumber DOI citationKey url accessDate archive archiveLocation shortTitle language
    libraryCatalog callNumber rights extra
presentation: presenter chair organizer contributor translator
    title abstractNote presentationType=type date meetingName place series
    sessionTitle=publicationTitle DOI citationKey url accessDate shortTitle language rights
    extra
radioBroadcast: creator host guest producer executiveProducer seriesCreator director
  scriptwriter castMember translator contributor
    title abstractNote programTitle=publicationTitle episodeNumber=number
    audioRecordingFormat=medium network=publisher place date runningTime DOI citationKey url
    accessDate archive archiveLocation shortTitle language libraryCatalog callNumber rights
    extra
report: author editor contributor translator seriesEditor
    title abstractNote reportNumber=number reportType=type institution=publisher place date
    seriesTitle seriesNumber pages DOI ISBN citationKey url accessDate ISSN archive
    archiveLocation shortTitle language libraryCatalog callNumber rights extra
standard: author editor contributor
    title abstractNote organization=authority committee type number versionNumber edition
    status date publisher place partNumber partTitle ISBN DOI citationKey url accessDate
    archive archiveLocation shortTitle numPages language libraryCatalog callNumber rights
    extra
statute: author contributor
    nameOfAct=title abstractNote code codeNumber publicLawNumber=number dateEnacted=date
    pages section session history DOI citationKey url accessDate shortTitle language rights
    extra
thesis: author contributor
    title abstractNote thesisType=type university=publisher place date series seriesNumber
    numPages DOI ISBN citationKey url accessDate ISSN archive archiveLocation shortTitle
    language libraryCatalog callNumber rights extra
tvBroadcast: director producer executiveProducer seriesCreator scriptwriter castMember host
  guest narrator translator contributor
    title abstractNote programTitle=publicationTitle episodeNumber=number
    videoRecordingFormat=medium network=publisher place date runningTime DOI citationKey url
    accessDate archive archiveLocation shortTitle language libraryCatalog callNumber rights
    extra
videoRecording: creator director producer scriptwriter executiveProducer castMember host guest
  narrator translator contributor
    title abstractNote videoRecordingFormat=medium seriesTitle volume numberOfVolumes
    studio=publisher place date runningTime ISBN DOI citationKey url accessDate archive
    archiveLocation shortTitle language libraryCatalog callNumber rights extra
webpage: author contributor translator
    title abstractNote websiteTitle=publicationTitle websiteType=type date publisher place
    DOI citationKey url accessDate shortTitle language rights extra
"""

# A block: the name and the creator types, continued by two spaces; then the fields, indented by four.
_BLOCK = re.compile(r"^(\w+):(.*(?:\n  \S.*)*)((?:\n    .*)*)", re.MULTILINE)

LINK_MODES = ("imported_file", "imported_url", "linked_file", "linked_url", "embedded_image")

# Properties of attachments and annotations that are not fields.
ATTACHMENT_PROPERTIES = ("linkMode", "contentType", "charset", "filename", "md5", "mtime", "path")
ANNOTATION_PROPERTIES = (
    "annotationType",
    "annotationAuthorName",
    "annotationText",
    "annotationComment",
    "annotationColor",
    "annotationPageLabel",
    "annotationSortIndex",
    "annotationPosition",
)

_TYPE_LABELS = {
    "computerProgram": "Software",
    "email": "E-mail",
    "tvBroadcast": "TV Broadcast",
    "webpage": "Web Page",
}

# Labels that are not the field's name in words. Equal labels are listed by the API in this order.
_FIELD_LABELS = {
    "numPages": "# of Pages",
    "numberOfVolumes": "# of Volumes",
    "abstractNote": "Abstract",
    "accessDate": "Accessed",
    "audioFileType": "File Type",
    "videoRecordingFormat": "Format",
    "audioRecordingFormat": "Format",
    "format": "Format",
    "forumTitle": "Forum/Listserv Title",
    "journalAbbreviation": "Journal Abbr",
    "rights": "License",
    "archiveLocation": "Loc. in Archive",
    "artworkMedium": "Medium",
    "interviewMedium": "Medium",
    "nameOfAct": "Name of Act",
    "programmingLanguage": "Prog. Language",
    "publicationTitle": "Publication",
    "repositoryLocation": "Repo. Location",
    "letterType": "Type",
    "manuscriptType": "Type",
    "mapType": "Type",
    "thesisType": "Type",
    "presentationType": "Type",
    "type": "Type",
    "versionNumber": "Version",
    "url": "URL",
}

_CREATOR_LABELS = {"attorneyAgent": "Attorney/Agent"}

CREATOR_FIELDS = {"firstName": "First", "lastName": "Last", "name": "Name"}


class ItemType(NamedTuple):
    """One item type: its fields with their base fields, and its creator types, the primary one first."""

    name: str
    fields: dict[str, str]
    creator_types: tuple[str, ...]

    @property
    def primary_creator(self) -> str | None:
        """The creator type that counts as the item's author, if it has creators at all."""
        return self.creator_types[0] if self.creator_types else None

    def field_for_base(self, base: str) -> str | None:
        """Return this type's field for a base field, e.g. ``bookTitle`` for ``publicationTitle``."""
        return next((name for name, of in self.fields.items() if of == base), None)


def _read_table(table: str) -> dict[str, ItemType]:
    types: dict[str, ItemType] = {}
    for name, creators, listed in _BLOCK.findall(table):
        words = listed.split()
        fields = {
            field: base or field for field, _, base in (word.partition("=") for word in words)
        }
        types[name] = ItemType(name, fields, tuple(creators.split()))
    return types


ITEM_TYPES = _read_table(_TABLE)
FIELDS = frozenset(field for item_type in ITEM_TYPES.values() for field in item_type.fields)
CREATOR_TYPES = frozenset(
    kind for item_type in ITEM_TYPES.values() for kind in item_type.creator_types
)
_TYPES_BY_LOWER_CASE = {name.lower(): item_type for name, item_type in ITEM_TYPES.items()}


def find_item_type(name: str) -> ItemType | None:
    """Return the item type of that name; the server ignores case here."""
    return _TYPES_BY_LOWER_CASE.get(name.lower())


def _words(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return spaced[:1].upper() + spaced[1:]


@cache
def field_label(field: str) -> str:
    """Return what people read for a field in English, e.g. ``Publication`` for ``publicationTitle``."""
    return _FIELD_LABELS.get(field) or _words(field)


def _sorted_by_label(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(rows, key=lambda row: row["localized"])


def list_item_types() -> list[dict[str, str]]:
    """Return the answer of ``/itemTypes``: every type a person can choose, by label."""
    names = ITEM_TYPES.keys() - {"attachment", "annotation"}
    rows = [
        {"itemType": name, "localized": _TYPE_LABELS.get(name) or _words(name)} for name in names
    ]
    return _sorted_by_label(rows)


def list_fields() -> list[dict[str, str]]:
    """Return the answer of ``/itemFields``: every field of any type, by label."""
    listed = [
        *(name for name in _FIELD_LABELS if name in FIELDS),
        *sorted(FIELDS - _FIELD_LABELS.keys()),
    ]
    return _sorted_by_label([{"field": name, "localized": field_label(name)} for name in listed])


def list_type_fields(item_type: ItemType) -> list[dict[str, str]]:
    """Return the answer of ``/itemTypeFields``: the type's fields in its own order."""
    return [{"field": name, "localized": field_label(name)} for name in item_type.fields]


def list_creator_types(item_type: ItemType) -> list[dict[str, str]]:
    """Return the answer of ``/itemTypeCreatorTypes``, by label."""
    return _sorted_by_label(
        [
            {"creatorType": name, "localized": _CREATOR_LABELS.get(name) or _words(name)}
            for name in item_type.creator_types
        ]
    )


def list_creator_fields() -> list[dict[str, str]]:
    """Return the answer of ``/creatorFields``."""
    return [{"field": name, "localized": label} for name, label in CREATOR_FIELDS.items()]


def item_template(item_type: ItemType, link_mode: str | None = None) -> dict[str, object]:
    """Return the answer of ``/items/new``: an empty item of that type, ready to be filled in."""
    if item_type.name == "attachment":
        return _attachment_template(item_type, link_mode)
    template: dict[str, object] = {"itemType": item_type.name}
    for position, field in enumerate(item_type.fields):
        template[field] = ""
        if position == 0 and item_type.primary_creator:
            creator = {"creatorType": item_type.primary_creator, "firstName": "", "lastName": ""}
            template["creators"] = [creator]
    if item_type.name == "note":
        template["note"] = ""
    return template | {"tags": [], "collections": [], "relations": {}}


def _attachment_template(item_type: ItemType, link_mode: str | None) -> dict[str, object]:
    template: dict[str, object] = {"itemType": item_type.name, "linkMode": link_mode}
    template |= dict.fromkeys(item_type.fields, "")
    template |= {"note": "", "tags": [], "collections": [], "relations": {}}
    return template | {"contentType": "", "charset": ""} | file_properties(link_mode)


def file_properties(link_mode: object) -> dict[str, object]:
    """Return the properties that only attachments with a file of their own have, empty."""
    if link_mode in {"imported_file", "imported_url", "embedded_image"}:
        return {"filename": "", "md5": None, "mtime": None}
    return {"path": ""} if link_mode == "linked_file" else {}
