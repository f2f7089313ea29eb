"""What happened: each engine keeps its own tables and knows no other engine."""
