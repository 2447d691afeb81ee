"""Servers that mean harm: a command ends within its deadline, in bounded memory, and the key stays here."""

import os
import resource
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import pytest

DEADLINE = 1.5
#: What a command may take besides: starting Python on a machine that is busy.
SLACK = 12.0
MEGABYTE = 1 << 20
KEY = "PrivateKeyOfMine"
HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLast-Modified-Version: 5\r\n"
    b"Zotero-API-Version: 3\r\n"
)


class Evil:
    """A server on this machine that behaves in one way; ``asked`` are the requests that came."""

    def __init__(
        self, behave: Callable[[socket.socket, bytes], None], tls: ssl.SSLContext | None = None
    ) -> None:
        self._behave = behave
        self._tls = tls
        self.asked: list[bytes] = []
        self.ended = threading.Event()

    def __enter__(self) -> "Evil":
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.ended.set()
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                opened, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(opened,), daemon=True).start()

    def _secured(self, opened: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(opened, server_side=True) if self._tls else opened

    def _serve(self, opened: socket.socket) -> None:
        # The client goes away in the middle: that is what is tested.
        with suppress(OSError), self._secured(opened) as opened:
            request = b""
            while b"\r\n\r\n" not in request:
                part = opened.recv(65536)
                if not part:
                    return
                request += part
            self.asked.append(request)
            self._behave(opened, request)


def _drip(opened: socket.socket, what: bytes) -> None:
    for byte in what:
        opened.sendall(bytes([byte]))
        time.sleep(0.2)


def slow_headers(opened: socket.socket, _request: bytes) -> None:
    _drip(opened, b"HTTP/1.1 200 OK\r\nX-Padding: " + b"a" * 300)


def slow_body(opened: socket.socket, _request: bytes) -> None:
    opened.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
    _drip(opened, b" " * 300)


def silence(_opened: socket.socket, _request: bytes) -> None:
    time.sleep(60)


def endless_body(opened: socket.socket, _request: bytes) -> None:
    opened.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        opened.sendall(b"100000\r\n" + b" " * MEGABYTE + b"\r\n")


def endless_interim_answers(opened: socket.socket, _request: bytes) -> None:
    while True:
        opened.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        time.sleep(0.01)


@cache
def _bomb(layers: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(b" " * MEGABYTE) for _ in range(200)) + packer.flush()
    for _ in range(layers - 1):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        packed = packer.compress(packed) + packer.flush()
    return packed


def bomb(opened: socket.socket, _request: bytes) -> None:
    packed = _bomb(1)
    opened.sendall(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed))
    opened.sendall(packed)


def bomb_in_a_bomb(opened: socket.socket, _request: bytes) -> None:
    packed = _bomb(2)
    opened.sendall(
        HEAD + b"Content-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed
    )


def _answer(opened: socket.socket, headers: bytes, body: bytes = b"{}") -> None:
    opened.sendall(
        HEAD + headers + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body
    )


def back_off_for_a_day(opened: socket.socket, _request: bytes) -> None:
    _answer(opened, b"Backoff: 86400\r\n")


def back_off_for_ever(opened: socket.socket, _request: bytes) -> None:
    _answer(opened, b"Backoff: inf\r\n")


def come_again_in_a_hundred_years(opened: socket.socket, _request: bytes) -> None:
    opened.sendall(
        b"HTTP/1.1 503 Busy\r\nRetry-After: Fri, 01 Jan 2126 00:00:00 GMT\r\nContent-Length: 0\r\n"
        b"Connection: close\r\n\r\n"
    )


def a_billion_collections(opened: socket.socket, request: bytes) -> None:
    if b"/collections" in request:
        _answer(opened, b"Total-Results: 1000000000\r\n", b"[]")
    else:
        _answer(opened, b"")


def each_answer_a_little_late(opened: socket.socket, request: bytes) -> None:
    time.sleep(0.4)
    if b"/collections" not in request:
        _answer(opened, b"")
        return
    start = int(request.partition(b"start=")[2].split()[0].split(b"&")[0])
    letters = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
    keys = [
        f"AAAAA{letters[start // 100 % 33]}{letters[n // 33]}{letters[n % 33]}" for n in range(100)
    ]
    one = '{"key":"%s","version":1,"data":{"key":"%s","version":1,"name":"N","parentCollection":false}}'
    _answer(
        opened, b"Total-Results: 100000\r\n", f"[{','.join(one % (k, k) for k in keys)}]".encode()
    )


SERVERS = (
    slow_headers, slow_body, silence, endless_body, endless_interim_answers, bomb, bomb_in_a_bomb,
    back_off_for_a_day, back_off_for_ever, come_again_in_a_hundred_years, a_billion_collections,
    each_answer_a_little_late,
)  # fmt: skip


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
def test_a_pull_ends_within_its_deadline(
    tmp_path: Path, behave: Callable[[socket.socket, bytes], None]
) -> None:
    _settle(tmp_path)
    with Evil(behave) as server, _zsync(tmp_path, ZOTERO_API_URL=server.url) as process:
        started = time.monotonic()
        _, said = process.communicate(timeout=60)
        took = time.monotonic() - started
    assert process.returncode == 4, said
    assert took < DEADLINE + SLACK
    assert "Traceback" not in said


@pytest.mark.parametrize("behave", [slow_body, silence, slow_headers])
def test_one_interrupt_ends_it_at_once(
    tmp_path: Path, behave: Callable[[socket.socket, bytes], None]
) -> None:
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


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_takes_the_key_along(tmp_path: Path, status: int) -> None:
    _settle(tmp_path)
    with Evil(silence) as elsewhere:

        def redirect(opened: socket.socket, request: bytes) -> None:
            target = elsewhere.url.encode() + request.split()[1]
            opened.sendall(
                b"HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status, target)
            )

        with Evil(redirect) as server, _zsync(tmp_path, ZOTERO_API_URL=server.url) as process:
            _, said = process.communicate(timeout=60)
    assert process.returncode == 4, said
    assert KEY.encode() in server.asked[0]
    assert elsewhere.asked == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody but its maker trusts, for localhost."""
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


def _speaks(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_vouches_for_ends_it_before_the_key_is_sent(
    tmp_path: Path, certificate: Path
) -> None:
    _settle(tmp_path)
    with (
        Evil(back_off_for_a_day, _speaks(certificate)) as server,
        _zsync(tmp_path, ZOTERO_API_URL=f"https://localhost:{server.port}") as process,
    ):
        _, said = process.communicate(timeout=60)
    assert process.returncode == 4, said
    assert "certificate cannot be trusted" in said
    assert server.asked == []


@pytest.mark.parametrize(("host", "is_heard"), [("localhost", True), ("127.0.0.1", False)])
def test_a_certificate_is_for_the_host_that_it_names(
    tmp_path: Path, certificate: Path, host: str, is_heard: bool
) -> None:
    """The maker is trusted here, so that the host alone decides."""
    _settle(tmp_path)
    with (
        Evil(back_off_for_a_day, _speaks(certificate)) as server,
        _zsync(
            tmp_path,
            ZOTERO_API_URL=f"https://{host}:{server.port}",
            SSL_CERT_FILE=str(certificate.with_suffix(".crt")),
        ) as process,
    ):
        _, said = process.communicate(timeout=60)
    assert process.returncode == 4, said
    assert bool(server.asked) is is_heard
    assert ("certificate cannot be trusted" in said) is not is_heard
