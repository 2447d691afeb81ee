"""The ``zsync`` command, also as ``python -m zsync``."""

import sys

from zsync import __version__


def main() -> None:
    """Run the command line; the version is told without loading any of it."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"zsync {__version__}\n")
        return
    from zsync.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
