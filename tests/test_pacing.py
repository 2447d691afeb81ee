"""How often a server may be asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zsync.pacing import Pace


class Clock:
    """A clock that goes on when somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def turns(pace: Pace, clock: Clock, count: int) -> list[float]:
    """Take turns one after the other, waiting as long as the pace asks; give when each came."""
    taken = []
    for _ in range(count):
        while (wait := pace.take_turn()) > 0:
            clock.now += wait
        taken.append(clock.now - 100)
    return taken


def test_a_burst_goes_at_once_and_the_rest_in_step() -> None:
    clock = Clock()
    assert turns(Pace(2, 3, clock), clock, 6) == pytest.approx([0, 0, 0, 0.5, 1.0, 1.5])


def test_nothing_goes_while_a_server_asks_for_a_pause() -> None:
    clock = Clock()
    pace = Pace(10, 3, clock)
    pace.hold_off(4)
    pace.hold_off(2)
    assert pace.is_held_off
    assert turns(pace, clock, 1) == pytest.approx([4])
    assert not pace.is_held_off


@given(st.floats(0.1, 100), st.integers(1, 20), st.lists(st.floats(0, 5), min_size=1, max_size=40))
def test_no_stretch_of_time_has_more_than_burst_and_rate_allow(
    per_second: float, burst: int, gaps: list[float]
) -> None:
    clock = Clock()
    pace = Pace(per_second, burst, clock)
    taken = []
    for gap in gaps:
        clock.now += gap
        taken += turns(pace, clock, 1)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            most = burst + (taken[last] - taken[first]) * per_second
            assert last - first + 1 <= most + 1e-3
