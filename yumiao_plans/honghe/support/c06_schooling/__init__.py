"""第6条 Kindergartens, schools, after-school service, brothers and sisters together."""
