"""The key goes where the person let it go, and nowhere else."""

from pathlib import Path

import pytest

from tests.world import World, paper
from zsync import config
from zsync.errors import NotAllowed, SettingsError

FOREIGN = "https://zotero.lake.example"
SETTINGS = '[zotero]\nlibrary = "users/1"\ncollection = "R"\n{}[list]\npath = "L.md"\n'


def _load(text: str = "", *, beside: str = "", own: str = "", servers: str = "") -> config.Settings:
    named = f'endpoint = "{text}"\n' if text else ""
    return config.load(
        Path("/p/zsync.toml"),
        SETTINGS.format(named),
        {"ZOTERO_API_KEY": "mine", **({"ZOTERO_API_URL": own} if own else {})},
        beside={"ZOTERO_API_URL": beside} if beside else {},
        servers=[servers] if servers else [],
    )


@pytest.mark.parametrize(
    "settings",
    [
        _load(),
        _load(config.ZOTERO_API),
        _load("HTTPS://API.ZOTERO.ORG:443/"),
        _load("http://127.0.0.1:8080"),
        _load(beside="http://[::1]:8080"),
        _load(own=FOREIGN),
        _load(FOREIGN, own=FOREIGN),
        _load(FOREIGN, servers=FOREIGN),
        _load(beside=f"{FOREIGN}/api", servers=f"{FOREIGN}:443/"),
    ],
)
def test_the_key_goes_to_zotero_to_this_machine_and_to_whom_the_person_trusts(
    settings: config.Settings,
) -> None:
    assert settings.api_key
    settings.check_trust()


@pytest.mark.parametrize(
    "settings",
    [
        _load(FOREIGN),
        _load(beside=FOREIGN),
        _load(FOREIGN, servers="https://lake.example"),
        _load(FOREIGN, servers=f"{FOREIGN}:8443"),
        _load("https://api.zotero.org.lake.example"),
        _load("https://api.zotero.org:8443"),
        _load("https://127.0.0.1.lake.example"),
    ],
)
def test_it_goes_to_no_other_server_that_a_file_of_the_repository_names(
    settings: config.Settings,
) -> None:
    assert settings.api_key is None
    with pytest.raises(NotAllowed, match="ZOTERO_API_URL"):
        settings.check_trust()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://api.zotero.org@lake.example",
        "https://lake.example\\@api.zotero.org",
        "https://lake.example?https://api.zotero.org",
        "https://api.zotero.org\t.lake.example",
        "http://127.0.0.1:80@lake.example",
        "https://lake.example:99999",
    ],
)
def test_an_address_that_programs_may_read_differently_is_refused(endpoint: str) -> None:
    with pytest.raises(SettingsError, match="not a web address"):
        _load(own=endpoint)


@pytest.mark.parametrize("file", ["zsync.toml", ".env"])
def test_the_run_says_who_names_the_server_and_how_to_allow_it(
    world: World, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    home = world.collection()
    world.add(paper("Dew: Water of the Night", collections=[home]))
    world.text = "# L\n"
    world.settle()
    monkeypatch.delenv("ZOTERO_API_URL")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(world.folder / "own"))
    settings = world.folder / "zsync.toml"
    if file == ".env":
        (world.folder / ".env").write_text(f"ZOTERO_API_URL={FOREIGN}\n")
    else:
        named = f'[zotero]\nendpoint = "{FOREIGN}"'
        settings.write_text(settings.read_text().replace("[zotero]", named))
    for command in ("pull", "link", "sync"):
        result = world.run(command)
        assert result.code == 5
        assert f"{file} names the server {FOREIGN}" in result.err
        assert f"ZOTERO_API_URL={FOREIGN}" in result.err
        assert world.key not in result.err
    # What needs no key is not held up.
    assert world.run("entries", "README.md").code == 0
    assert "Run `zsync pull` once" in world.run("status").err


def test_the_persons_own_settings_are_checked_like_all_settings(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.text = "# L\n"
    world.settle()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(world.folder / "own"))
    own = world.folder / "own" / "zsync" / "settings.toml"
    own.parent.mkdir(parents=True)
    own.write_text('server = ["https://zotero.lake.example"]\n')
    result = world.run("pull")
    assert result.code == 2
    assert "settings.toml:1: `server` is not a setting of zsync." in result.err
    assert "Did you mean `servers`?" in result.err


def test_a_file_of_secrets_names_no_other_variable(world: World) -> None:
    """A repository may bring one along: what it names would carry a secret to its server, or show it."""
    world.settle()
    world.text = "# Papers\n"
    world.monkeypatch.delenv("ZOTERO_API_URL")
    world.monkeypatch.setenv("SECRET_OF_MINE", "ghp_Nobody")
    for line in (
        "ZOTERO_API_URL=https://lake.example/${SECRET_OF_MINE}",
        "ZOTERO_API_URL=https://lake.example/${ZOTERO_API_KEY}",
        "ZOTERO_LIBRARY_ID=${ZOTERO_API_KEY}",
    ):
        (world.folder / ".env").write_text(f"{line}\n", "utf-8")
        result = world.run("pull")
        assert result.code in (2, 5)
        assert "ghp_Nobody" not in result.err
        assert world.key.lower() not in result.err.lower()


def test_a_server_that_only_the_repository_names_is_not_asked_even_without_a_key(
    world: World,
) -> None:
    world.settle()
    world.text = "# Papers\n"
    world.monkeypatch.delenv("ZOTERO_API_KEY")
    world.monkeypatch.delenv("ZOTERO_API_URL")
    (world.folder / ".env").write_text("ZOTERO_API_URL=https://lake.example\n", "utf-8")
    assert world.run("pull").code == 5
