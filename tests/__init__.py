"""Tests mirror the packages; `repository/` tests the tree itself, `browser/` walks the pages."""
