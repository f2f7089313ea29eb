"""第19条 Rewards and assistance."""
