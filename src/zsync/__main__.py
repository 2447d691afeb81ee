"""The ``zsync`` command, also as ``python -m zsync``."""

import gc
import sys

from zsync import __version__

_OBJECTS = 100_000


def main() -> None:
    """Run the command line; the version is told without loading any of it."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"zsync {__version__}\n")
        return
    # What a run reads it keeps to its end: looking for circles of garbage finds none, and takes a tenth.
    gc.set_threshold(_OBJECTS)
    try:
        from zsync.cli import run

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:
        # Before run() could say a word.
        sys.exit(130)


if __name__ == "__main__":
    main()
