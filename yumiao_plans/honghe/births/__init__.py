"""Chapter 1: three children lawful, services, monitoring."""
