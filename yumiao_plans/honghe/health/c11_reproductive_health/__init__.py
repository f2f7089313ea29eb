"""第11条 Reproductive health."""
