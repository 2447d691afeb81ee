"""Politeness towards the services, told by a clock that only moves when somebody waits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.resolvers.replay import Replay, Reply
from zsync import __version__
from zsync.config import Endpoints, ResolverSettings
from zsync.pacing import Pace
from zsync.resolvers.answers import Question, Unanswered
from zsync.resolvers.client import Client, Clock, Politeness, _interval, _may_follow

WORK = Question("crossref", "/works/10.5555/prl.115")
HOST = "api.crossref.org"


class Time:
    """Seconds that pass only by waiting; ``waits`` holds them."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.passed += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.passed, self.sleep)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def client(services: Replay, time: Time) -> Iterator[Client]:
    with Client(services.settings("me@example.org", 60.0), clock=time.clock) as made:
        yield made


def busy(status: int = 429, **headers: str) -> Reply:
    return Reply(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, b"busy"
    )


def test_who_asks_and_how_to_reach_them(services: Replay, client: Client) -> None:
    assert client.get(WORK).status == 200
    assert services.asked == [f"{HOST}/works/10.5555/prl.115?mailto=me%40example.org"]
    assert services.headers[0]["User-Agent"] == f"zsync/{__version__} (mailto:me@example.org)"
    assert "Cookie" not in services.headers[0]


def test_only_crossref_is_told_the_address_in_the_query(services: Replay, client: Client) -> None:
    client.get(Question("datacite", "/dois/10.5281/zenodo.1"))
    assert services.asked == ["api.datacite.org/dois/10.5281/zenodo.1"]


def test_without_a_contact_no_address_is_sent(services: Replay) -> None:
    with Client(services.settings()) as client:
        client.get(WORK)
    assert services.headers[0]["User-Agent"] == f"zsync/{__version__}"
    assert "mailto" not in services.asked[0]


def test_no_password_is_read_from_netrc(
    services: Replay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password s3cret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with Client(services.settings()) as client:
        client.get(WORK)
    assert "Authorization" not in services.headers[0]


def test_a_busy_service_is_asked_again_a_little(services: Replay, client: Client) -> None:
    services.faults[HOST] = busy(503)
    with pytest.raises(Unanswered, match=r"Crossref did not answer \(HTTP 503\)"):
        client.get(WORK)
    assert len(services.asked) == Politeness().tries


@pytest.mark.parametrize("asked", ["7", "Wed, 12 Nov 2025 07:28:00 GMT"])
def test_retry_after_is_obeyed(services: Replay, client: Client, time: Time, asked: str) -> None:
    services.faults[HOST] = busy(429, Retry_After=asked)
    with pytest.raises(Unanswered):
        client.get(WORK)
    assert time.waits == ([7.0, 7.0] if asked == "7" else [])


def test_a_wait_beyond_the_deadline_is_not_waited(
    services: Replay, client: Client, time: Time
) -> None:
    services.faults[HOST] = busy(429, Retry_After="3600")
    with pytest.raises(Unanswered, match="HTTP 429"):
        client.get(WORK)
    assert (len(services.asked), time.waits) == (1, [])


def test_a_service_that_does_not_answer_is_left_alone(services: Replay, client: Client) -> None:
    services.faults[HOST] = busy(500)
    for _ in range(4):
        with pytest.raises(Unanswered):
            client.get(WORK)
    assert len(services.asked) == 2 * Politeness().tries
    del services.faults[HOST]
    assert client.get(Question("datacite", "/dois/10.5281/zenodo.1")).status == 200


def test_after_the_deadline_nothing_is_sent(services: Replay, client: Client, time: Time) -> None:
    time.passed = 61
    with pytest.raises(Unanswered, match="the time was up"):
        client.get(WORK)
    assert services.asked == []
    client.start()
    assert client.get(WORK).status == 200


def test_a_server_that_hangs_up_or_is_not_there(services: Replay, client: Client) -> None:
    services.drop.add(HOST)
    with pytest.raises(Unanswered, match="no connection"):
        client.get(WORK)
    nowhere = ResolverSettings(endpoints=Endpoints(doi="http://127.0.0.1:9"))
    with Client(nowhere) as other, pytest.raises(Unanswered, match="no connection"):
        other.get(Question("doi", "/10.5555/x"))


def test_an_answer_that_is_cut_short_or_too_large(services: Replay, client: Client) -> None:
    services.faults[HOST] = Reply(200, {"content-length": "99", "connection": "close"}, b"{")
    with pytest.raises(Unanswered, match="cut short"):
        client.get(WORK)
    services.faults[HOST] = Reply(200, {}, b"x" * 5000)
    with (
        Client(services.settings(), Politeness(most_bytes=4000)) as careful,
        pytest.raises(Unanswered, match="too large"),
    ):
        careful.get(WORK)


def test_redirects_are_followed_on_this_machine_only(services: Replay, client: Client) -> None:
    there = f"{services.address}/{HOST}/works/10.5555/prl.115"
    services.faults["doi.org"] = Reply(302, {"location": there}, b"")
    assert client.get(Question("doi", "/10.5555/prl.115")).status == 200
    services.faults["doi.org"] = Reply(302, {"location": "https://example.org/x"}, b"")
    with pytest.raises(Unanswered, match="unsafe"):
        client.get(Question("doi", "/10.5555/prl.115"))


def test_a_circle_of_redirects_ends(services: Replay, client: Client) -> None:
    services.faults["doi.org"] = Reply(302, {"location": "/doi.org/again"}, b"")
    with pytest.raises(Unanswered, match="too often"):
        client.get(Question("doi", "/10.5555/x"))


@pytest.mark.parametrize(
    ("source", "target", "may"),
    [
        ("https://doi.org/x", "https://api.crossref.org/x", True),
        ("https://doi.org/x", "http://api.crossref.org/x", False),
        ("https://doi.org/x", "https://127.0.0.1/x", False),
        ("https://doi.org/x", "file:///etc/passwd", False),
        ("http://localhost:1/x", "http://127.0.0.1:2/x", True),
        ("http://localhost:1/x", "https://doi.org/x", False),
    ],
)
def test_where_a_redirect_may_lead(source: str, target: str, may: bool) -> None:
    assert _may_follow(source, target) is may


def test_the_pace_of_real_services() -> None:
    assert _interval("arxiv", "") == 3.0
    assert _interval("crossref", "") == 1.0
    assert _interval("crossref", "me@example.org") < 0.5


def test_requests_to_one_service_are_spaced(services: Replay, client: Client, time: Time) -> None:
    line = client._lines["crossref"]
    line._pace = Pace(1 / 3, now=line._now)
    for _ in range(3):
        client.get(WORK)
    assert time.waits == [3.0, 3.0]


def test_who_wants_to_leave_does_not_wait(services: Replay) -> None:
    services.faults[HOST] = busy(429, Retry_After="50")
    with Client(services.settings()) as client:
        client.stop()
        with pytest.raises(Unanswered, match="the time was up"):
            client.get(WORK)
    assert services.asked == []
