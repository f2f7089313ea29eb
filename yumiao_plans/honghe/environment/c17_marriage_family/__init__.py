"""第17条 Guidance on marriage and family."""
