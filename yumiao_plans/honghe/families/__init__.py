"""Chapter 6: rights of families under the earlier policy."""
