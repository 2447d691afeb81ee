"""The local Zotero server under its former name: :mod:`zotero_sandbox`."""

from zotero_sandbox import Faults, LoggedRequest, Sandbox, SandboxDataError, serve

__all__ = ["Faults", "LoggedRequest", "Sandbox", "SandboxDataError", "serve"]
