"""zsync.toml and the environment: what is understood, and what is refused with its line."""

from pathlib import Path

import pytest

from zsync import config
from zsync.core.cite.policy import BibFormat, BibPolicy, Keywords, UrlPlace
from zsync.core.policy import NotesPolicy
from zsync.errors import FileError, NotAllowed, SettingsError

_TWO = (
    '[[lists]]\ncollection = "A"\n{} = {{ path = "{}" }}\n'
    '[[lists]]\ncollection = "B"\n{} = {{ path = "{}" }}\n'
)
SMALLEST = '[zotero]\ncollection = "Reading"\n[list]\npath = "README.md"\n'


def _load(text: str, **environment: str) -> config.Settings:
    return config.load(Path("/project/zsync.toml"), text, environment)


def test_the_smallest_settings() -> None:
    settings = _load(SMALLEST)
    assert settings.library == "auto"
    assert settings.endpoint == "https://api.zotero.org"
    assert settings.api_key is None
    assert settings.max_removals == 0.2
    (each,) = settings.lists
    assert (each.name, each.collection) == ("README.md", "Reading")
    assert each.path == Path("/project/README.md")
    assert each.policy.notes is None
    assert each.bib is None


def test_everything_set() -> None:
    (each,) = _load(
        SMALLEST + 'notes = "tagged"\nnote_tag = "blog"\nread_tags = ["gelesen"]\n'
        'states = { "/" = "in progress", "⏳" = "New" }\n'
        'new_entries = "prepend"\n[bib]\npath = "refs/a.bib"\nformat = "biblatex"\n'
        'ascii = true\nkey_formula = "auth + year"\n'
        'omit = ["abstract"]\ntitle_case = false\nurl = "note"\nkeywords = "manual"\n'
    ).lists
    assert each.policy.notes is NotesPolicy.TAGGED
    assert (each.policy.note_tag, each.policy.read_tags) == ("blog", ("gelesen",))
    assert each.policy.states == (("/", "In Progress"), ("⏳", "New"))
    assert each.policy.prepend
    assert each.bib
    assert (each.bib.path, each.bib.name) == (Path("/project/refs/a.bib"), "refs/a.bib")
    assert each.bib.policy == BibPolicy(
        BibFormat.BIBLATEX,
        ascii=True,
        key_formula="auth + year",
        omit=("abstract",),
        title_case=False,
        url=UrlPlace.NOTE,
        keywords=Keywords.MANUAL,
        omit_tags=("gelesen",),
    )


def test_the_services_about_papers() -> None:
    assert _load(SMALLEST).metadata == config.ResolverSettings()
    chosen = _load(
        SMALLEST + '[metadata]\ncontact = "me@example.org"\ndeadline = 30\n'
        '[metadata.endpoints]\narxiv = "http://127.0.0.1:8/export.arxiv.org/"\n'
    ).metadata
    assert (chosen.contact, chosen.deadline) == ("me@example.org", 30.0)
    assert chosen.endpoints.arxiv == "http://127.0.0.1:8/export.arxiv.org"
    assert chosen.endpoints.crossref == "https://api.crossref.org"


def test_several_lists() -> None:
    settings = _load(
        '[[lists]]\ncollection = "A"\nlist = { path = "a.md" }\n'
        '[[lists]]\ncollection = "B"\nlist = { path = "b.md" }\nbib = { path = "b.bib" }\n'
    )
    assert [(each.name, each.collection) for each in settings.lists] == [
        ("a.md", "A"),
        ("b.md", "B"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        SMALLEST + '[bib]\npath = "README.md"\n',
        SMALLEST + '[bib]\npath = "./zsync.toml"\n',
        SMALLEST + '[bib]\npath = "zsync.lock"\n',
        SMALLEST.replace("README.md", "zsync.toml"),
        _TWO.format("list", "a.md", "list", "./a.md"),
        _TWO.format("bib", "a.bib", "bib", "b/../a.bib"),
    ],
)
def test_no_two_things_are_written_into_one_file(text: str) -> None:
    with pytest.raises(FileError, match="names a file that is"):
        _load(text)


@pytest.mark.parametrize("key", ["schlüssel", "two words", "line\nbreak"])
def test_a_key_that_cannot_be_one(key: str) -> None:
    with pytest.raises(NotAllowed, match="does not hold a Zotero key"):
        _load(SMALLEST, ZOTERO_API_KEY=key)


def test_the_environment_wins_over_the_file() -> None:
    text = '[zotero]\nlibrary = "users/1"\nendpoint = "https://one.example"\ncollection = "R"\n'
    settings = _load(
        text + '[list]\npath = "a.md"\n',
        ZOTERO_LIBRARY_ID="678",
        ZOTERO_LIBRARY_TYPE="groups",
        ZOTERO_API_URL="https://two.example/",
        ZOTERO_API_KEY="s3cret",
    )
    assert settings.library == "groups/678"
    assert settings.endpoint == "https://two.example"
    assert settings.api_key is not None
    assert settings.api_key.reveal() == "s3cret"


def test_a_key_never_shows_itself() -> None:
    settings = _load(SMALLEST, ZOTERO_API_KEY="s3cret")
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in f"{settings.api_key}"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[zotero\n", r"zsync\.toml:1: this is not TOML"),
        ("\n" + "a." * 1001 + "b = 1\n", r"zsync\.toml:2: this line has more than 1000 dots"),
        ("a = " + "[" * 9999, r"zsync\.toml: its brackets stand too deep"),
        ('[list]\npath = "a.md"\n', "`zotero.collection` is missing"),
        ('[zotero]\ncollection = "R"\n', "`list.path` is missing"),
        (SMALLEST + 'note = "all"\n', r"zsync\.toml:5: `list.note` is not a setting.*`notes`"),
        (SMALLEST + 'notes = "some"\n', r"zsync\.toml:5: `list.notes` must be"),
        (SMALLEST + 'read_tags = "read"\n', r"zsync\.toml:5: `list.read_tags` must be a list"),
        (SMALLEST + 'states = "/"\n', r"zsync\.toml:5: `list.states` must be a table of marks"),
        (
            SMALLEST + '[list.states]\nx = "In Progress"\n',
            r'zsync\.toml:5: `list.states` cannot have the mark "x": .* \[x\] says read',
        ),
        (SMALLEST + 'states = { "~~" = "New" }\n', 'the mark "~~": a mark is one sign'),
        (SMALLEST + 'states = { "]" = "New" }\n', r'the mark "\]": a mark is one sign'),
        (SMALLEST + 'states = { "/" = 3 }\n', 'must give "/" one state: "New" or "To Read" or'),
        (SMALLEST + 'states = { "/" = "Reading" }\n', 'must give "/" one state: "New" or "To'),
        (SMALLEST + 'states = { "/" = "Read" }\n', r"A paper that was read has \[x\]"),
        (
            SMALLEST + 'entry = "- {titel}"\n',
            r"zsync\.toml:5: `list.entry` is no form .* \{titel\} is no field\. Did you mean \{title\}",
        ),
        (SMALLEST + 'entry = "{title}"\n', r"zsync\.toml:5: `list.entry` .* not read this as an"),
        (SMALLEST + "[bib]\npath = 3\n", r"zsync\.toml:6: `bib.path` must be a text"),
        (SMALLEST + '[bib]\nformat = "ris"\npath = "a.bib"\n', r"zsync\.toml:6: `bib.format` must"),
        (
            SMALLEST + '[bib]\npath = "a.bib"\nkey_formula = "auth + yaer"\n',
            r"zsync\.toml:7: `bib.key_formula` is no .* character 8: `yaer` .*Did you mean `year`",
        ),
        (
            SMALLEST + '[bib]\npath = "a.bib"\nkey_formulas = "auth"\n',
            "`bib.key_formulas` is not a setting.*Did you mean `key_formula`",
        ),
        (SMALLEST + "[guard]\nmax_removals = 20\n", r"zsync\.toml:6: `guard.max_removals` must"),
        (SMALLEST + "[bibliography]\n", r"zsync\.toml:5: `bibliography` is not a setting"),
        ('[zotero]\nlibrary = "me"\n' + SMALLEST[9:], r"zsync\.toml:2: `zotero.library` must be"),
        ("zotero = 3\n", r"zsync\.toml:1: `zotero` must be a table"),
        ("lists = 3\n", "`lists` must be one or more"),
        (SMALLEST + "[metadata]\nmail = 1\n", r"zsync\.toml:6: `metadata.mail` is not a setting"),
        (
            SMALLEST + '[metadata]\ncontact = "me"\n',
            r"zsync\.toml:6: `metadata.contact` must be one",
        ),
        (
            SMALLEST + '[metadata]\ncontact = "a@b.org\\r\\nX-Header: 1"\n',
            r"zsync\.toml:6: `metadata.contact` must be one",
        ),
        (SMALLEST + "[metadata]\ndeadline = 0\n", r"zsync\.toml:6: `metadata.deadline` must be"),
        (SMALLEST + "[metadata]\ndeadline = true\n", r"`metadata.deadline` must be a number"),
        (
            SMALLEST + '[metadata.endpoints]\ncrosref = "https://x.org"\n',
            r"zsync\.toml:6: `metadata.endpoints.crosref` is not .*Did you mean `crossref`",
        ),
        (
            SMALLEST + '[metadata.endpoints]\narxiv = "http://export.arxiv.org"\n',
            r"zsync\.toml:6: `metadata.endpoints.arxiv` must be an address that begins with https://",
        ),
        (SMALLEST + '[metadata.endpoints]\ndoi = "doi.org"\n', "begins with https://"),
        (SMALLEST + '[metadata.endpoints]\ndoi = "https://[::1"\n', "begins with https://"),
        (SMALLEST + '[metadata.endpoints]\ndoi = "https://[1:2]"\n', "begins with https://"),
        (SMALLEST + '[metadata.endpoints]\ndoi = "https://a:99999"\n', "begins with https://"),
        (SMALLEST + '[metadata.endpoints]\ndoi = "https://a b.org"\n', "begins with https://"),
        (SMALLEST + "[guard]\nmax_additions = " + "9" * 5000, "a number in it is too long"),
        (SMALLEST.replace("README", "a\\u0000"), "`list.path` is not the name of a file"),
        (
            SMALLEST.replace("README.md", ".env"),
            "`list.path` names a file that is zsync's own .env",
        ),
        (SMALLEST.replace("README.md", ".zsync/a.md"), "`list.path` lies in .zsync"),
        (SMALLEST + '[bib]\npath = ".GIT/a.bib"\n', "`bib.path` leads out of the repository"),
    ],
)
def test_what_is_not_understood_is_named_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(FileError, match=complaint) as caught:
        _load(text)
    assert caught.value.exit_code == 2


def test_a_key_in_the_file_is_refused_and_not_repeated() -> None:
    with pytest.raises(FileError, match="does not belong here") as caught:
        _load('[zotero]\napi_key = "P9secret"\n' + SMALLEST[9:])
    assert "P9secret" not in str(caught.value)
    assert "revoke" in caught.value.advice


@pytest.mark.parametrize("deadline", ["0", "-1", "true", '"120"', "inf", "nan", "1e9"])
@pytest.mark.parametrize("table", ["zotero", "metadata"])
def test_a_deadline_is_a_number_of_seconds(table: str, deadline: str) -> None:
    text = f"{SMALLEST}[metadata]\n".replace(f"[{table}]\n", f"[{table}]\ndeadline = {deadline}\n")
    with pytest.raises(FileError, match=rf"`{table}.deadline` must be a number of seconds above 0"):
        _load(text)
    settings = _load(text.replace(deadline, "7.5", 1))
    assert 7.5 in (settings.deadline, settings.metadata.deadline)


@pytest.mark.parametrize(
    ("endpoint", "complaint"),
    [("http://api.zotero.org", "unencrypted"), ("api.zotero.org", "not a web address")],
)
def test_an_endpoint_that_would_leak_the_key(endpoint: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        _load(SMALLEST, ZOTERO_API_URL=endpoint)


def test_a_wrong_library_in_the_environment() -> None:
    with pytest.raises(SettingsError, match="no library"):
        _load(SMALLEST, ZOTERO_LIBRARY_ID="abc")


def test_settings_are_found_in_a_folder_above(tmp_path: Path) -> None:
    (tmp_path / "zsync.toml").write_text(SMALLEST)
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert config.find(below) == tmp_path / "zsync.toml"


def test_no_settings_anywhere(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no zsync\.toml"):
        config.find(tmp_path)


@pytest.mark.parametrize("notes", [None, "all", "tagged", "none"])
@pytest.mark.parametrize("bib", [None, "refs/library.bib", "refs/library.json"])
def test_what_init_writes_is_understood(notes: str | None, bib: str | None) -> None:
    text = config.render("groups/12", 'Über "alles"/Rest', "lists/Läse.md", bib, notes)
    settings = _load(text)
    (each,) = settings.lists
    assert (settings.library, each.collection) == ("groups/12", 'Über "alles"/Rest')
    assert (each.name, each.policy.notes) == ("lists/Läse.md", notes)
    assert (each.bib is None) == (bib is None)


@pytest.mark.parametrize(
    ("path", "form"), [("a.bib", "csljson"), ("a.json", "bibtex"), ("a.json", "biblatex")]
)
def test_csl_json_and_nothing_else_has_the_name_of_json(path: str, form: str) -> None:
    with pytest.raises(FileError, match=r"`bib\.path` must end in \.json") as error:
        _load(SMALLEST + f'[bib]\npath = "{path}"\nformat = "{form}"\n')
    assert error.value.where == SMALLEST.count("\n") + 2


def test_the_format_of_a_json_file_is_csl_json() -> None:
    (each,) = _load(SMALLEST + '[bib]\npath = "a.json"\nformat = "csljson"\n').lists
    assert each.bib
    assert each.bib.policy.format is BibFormat.CSLJSON
