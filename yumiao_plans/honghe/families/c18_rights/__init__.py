"""第18条 Rights of one-child families; care leave."""
