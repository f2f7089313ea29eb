"""State law that the plans rest on."""
