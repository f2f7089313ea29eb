"""Accounts; later the persons of the registry, and what binds an account to a person."""
