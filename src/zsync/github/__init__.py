"""The GitHub Action: runs zsync as a command of its own, then commits, pushes or keeps a pull request.

``action.yml`` at the top of the repository calls ``python -m zsync.github`` with everything in the
environment. Standard library only, and nothing else of zsync: what it knows of a run is the command's
JSON and Markdown.
"""
