"""保障措施（二） Working together, evaluation, village staff."""
