"""第12条 Where childcare places are built."""
