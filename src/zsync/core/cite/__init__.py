"""Citations: the keys of items, and the merge of records."""
