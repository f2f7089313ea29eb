"""Chapter 2: support for families with children."""
