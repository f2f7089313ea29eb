"""第1条 No fee, no penalty, and births cut loose from other purposes."""
