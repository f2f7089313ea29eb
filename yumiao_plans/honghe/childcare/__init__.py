"""Chapter 4: affordable childcare."""
