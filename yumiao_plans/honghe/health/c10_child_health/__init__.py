"""第10条 Child health from birth to school age."""
