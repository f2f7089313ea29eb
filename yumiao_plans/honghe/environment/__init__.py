"""Chapter 5: a friendly environment for births."""
