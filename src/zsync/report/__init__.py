"""An outcome, or a list's entries, in words: as text, JSON, Markdown or a unified diff.

Pure; nothing is printed here. Who needs a form imports its module, so that a command loads no more than that.
"""
