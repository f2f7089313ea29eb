"""第20条 Visits, contacts and help for special families."""
