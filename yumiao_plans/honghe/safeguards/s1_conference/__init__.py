"""保障措施（一） Joint conference, duties, assessment."""
