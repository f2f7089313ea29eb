"""Transactional outbox: what happened is told after it is certain, at least once, to handlers that bear being told twice."""
