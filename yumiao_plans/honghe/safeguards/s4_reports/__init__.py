"""保障措施（四） The yearly report of each county."""
