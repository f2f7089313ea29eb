"""What the province of Yunnan adds to state law."""
