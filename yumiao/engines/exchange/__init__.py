"""Departments' files taken in: batches kept whole, rows linked to persons, facts written into the registry, and all of it taken back."""
