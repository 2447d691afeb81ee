"""Servers that mean harm: a command ends within its deadline, in bounded memory, and the key stays here."""

import os
import resource
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.evil import (
    MEGABYTE,
    SERVERS,
    Behaviour,
    Evil,
    back_off_for_a_day,
    silence,
    slow_body,
    slow_headers,
)
from zsync import cli

DEADLINE = 1.0
#: What a command may take besides: starting Python on a machine that is busy.
SLACK = 12.0
KEY = "PrivateKeyOfMine"


def _settle(folder: Path, endpoint: str = "", extra: str = "") -> None:
    named = f'endpoint = "{endpoint}"\n' if endpoint else ""
    (folder / "README.md").write_text("# List\n")
    (folder / "zsync.toml").write_text(
        f'[zotero]\nlibrary = "users/1"\ncollection = "List"\ndeadline = {DEADLINE}\n{named}'
        f'[list]\npath = "README.md"\nnotes = "none"\n{extra}'
    )


def _bounded() -> None:
    """Let the process have no more than some memory, so that one that takes more fails."""
    resource.setrlimit(resource.RLIMIT_AS, (800 * MEGABYTE, 800 * MEGABYTE))
    # What runs in the background of a script would not hear an interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def _zsync(folder: Path, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "zsync", "pull"],
        cwd=folder,
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith("ZOTERO_")},
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "ZOTERO_API_KEY": KEY,
            "NO_COLOR": "1",
            **environment,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_bounded,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


# -- deadlines ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("behave", SERVERS)
def test_a_pull_ends_within_its_deadline(tmp_path: Path, behave: Behaviour) -> None:
    _settle(tmp_path)
    with Evil(behave) as server, _zsync(tmp_path, ZOTERO_API_URL=server.url) as process:
        started = time.monotonic()
        _, said = process.communicate(timeout=60)
        took = time.monotonic() - started
    assert process.returncode == 4, said
    assert took < DEADLINE + SLACK
    assert "Traceback" not in said


@pytest.mark.parametrize("behave", [slow_body, silence, slow_headers])
def test_one_interrupt_ends_it_at_once(tmp_path: Path, behave: Behaviour) -> None:
    _settle(tmp_path)
    settings = tmp_path / "zsync.toml"
    settings.write_text(settings.read_text().replace(f"deadline = {DEADLINE}", "deadline = 60"))
    with Evil(behave) as server, _zsync(tmp_path, ZOTERO_API_URL=server.url) as process:
        while not server.asked:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        _, said = process.communicate(timeout=50)
        assert time.monotonic() - started < 5
    assert process.returncode == 130, said
    assert "Interrupted" in said


# -- the key ------------------------------------------------------------------------------------------------

Pull = Callable[[str], tuple[int, str]]


@pytest.fixture
def pull(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Pull:
    """Pull from a server; gives the exit code and what was said."""
    _settle(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZOTERO_API_KEY", KEY)

    def run(url: str) -> tuple[int, str]:
        monkeypatch.setenv("ZOTERO_API_URL", url)
        code = cli.run(["pull"])
        return code, capsys.readouterr().err

    return run


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_takes_the_key_along(pull: Pull, status: int) -> None:
    with Evil(silence) as elsewhere:

        def redirect(opened: socket.socket, request: bytes) -> None:
            target = elsewhere.url.encode() + request.split()[1]
            opened.sendall(
                b"HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status, target)
            )

        with Evil(redirect) as server:
            code, said = pull(server.url)
    assert code == 4, said
    assert KEY.encode() in server.asked[0]
    assert elsewhere.asked == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody but its maker trusts, for localhost; its key is in the same file."""
    made = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", str(made), "-out", str(made.with_suffix(".crt"))),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
        ],
        check=True,
        capture_output=True,
    )
    made.write_bytes(made.read_bytes() + made.with_suffix(".crt").read_bytes())
    return made


@pytest.mark.parametrize(
    ("host", "is_maker_trusted", "is_heard"),
    [("localhost", True, True), ("localhost", False, False), ("127.0.0.1", True, False)],
)
def test_the_key_is_sent_under_a_certificate_that_is_trusted_and_of_this_host(
    pull: Pull,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    is_maker_trusted: bool,
    is_heard: bool,
) -> None:
    if is_maker_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Evil(back_off_for_a_day, context) as server:
        code, said = pull(f"https://{host}:{server.port}")
    assert code == 4, said
    assert bool(server.asked) is is_heard
    assert ("certificate cannot be trusted" in said) is not is_heard
