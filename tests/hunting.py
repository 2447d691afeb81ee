"""How long the laws look: a little in the suite, at length in `make hunt`."""

import os

HUNT = int(os.environ.get("ZSYNC_HUNT", "0"))
"""How many times as many examples a hunt tries; 0 in the suite, which tries the same ones every time."""


def examples(few: int) -> int:
    """Give the number of examples of a law of which the suite tries ``few``."""
    return few * max(HUNT, 1)


def steps(few: int) -> int:
    """Give the number of steps of a history of which the suite takes ``few``."""
    return few * 2 if HUNT else few
