"""The record of who did or read what, for what purpose: append-only, chained afterwards, verifiable by anybody who may read it."""
