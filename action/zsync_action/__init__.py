"""The GitHub Action: runs zsync as a command of its own, then commits, pushes or keeps a pull request.

``action.yml`` at the top of the repository calls ``python -m zsync_action`` with everything in the
environment. Standard library only, and nothing else of zsync: what it knows of a run is the command's
JSON and Markdown.

The action is the commit that a workflow names: it runs zsync from its own checkout, not from a
package, and uses no other action, so that one pin says it all. What it installs is pinned by hash
in ``action-requirements.txt``, whole, and so without a resolver. bibtexparser 1 has no wheel and is
built without build isolation, whose environment would be filled without hashes; setuptools comes
first, pinned in ``action-build-requirements.txt``.

Nothing is rebased: after a lost race the branch is fetched and synced again, since lists merge by
what they mean and not by lines. A commit holds what zsync wrote and nothing else, so that a run
with nothing new makes none. No dummy commits keep a schedule alive: GitHub forbids it. What
strangers write reaches no shell and no log command: inputs go through the environment, zsync's
words are printed where GitHub reads no commands.
"""
