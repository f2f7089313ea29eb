"""Small tools with no knowledge of the field."""
