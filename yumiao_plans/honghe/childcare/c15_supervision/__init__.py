"""第15条 Filing, supervision, emergency."""
