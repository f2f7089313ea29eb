"""权益 · what the plan owes to everybody: runs over a snapshot, their sums, and what an answer rests on."""
