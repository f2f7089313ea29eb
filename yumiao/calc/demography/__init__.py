"""How many people there are, of what age, where, in what households: counted, not estimated."""
