"""The Zotero side: the remote library, its transport and its local mirror."""
