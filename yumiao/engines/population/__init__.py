"""人口 · the people of a snapshot, counted: how many live where, of what age, in what households, and what of them is not known."""
