"""首页 · the family's door: what is due to us, what next, why, and what is still missing."""
