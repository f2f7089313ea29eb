"""第4条 Leave for birth and for raising a child."""
