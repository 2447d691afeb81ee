"""``python -m zsync`` is the ``zsync`` command."""

from zsync.cli import main

main()
