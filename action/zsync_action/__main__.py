"""``python -m zsync_action``: what the action's step runs."""

import os
import sys

from zsync_action.action import Failure, run
from zsync_action.commands import Console
from zsync_action.inputs import Inputs


def main() -> int:
    """Run the action; every failure becomes one annotation and an exit code."""
    console = Console(sys.stdout, os.environ)
    try:
        run(Inputs.of(os.environ), console)
    except Failure as failure:
        console.error(failure.what)
        return failure.code
    return 0


if __name__ == "__main__":
    sys.exit(main())
