"""Measured work: each file prints one JSON document; `run.py` runs them all, three times each."""
