"""Chapter 3: healthy mothers and children."""
