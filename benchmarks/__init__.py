"""Measurements that are run by hand: what zsync costs beside the programs that do the same work."""
