"""第13条 Awards, land, loans, training for childcare."""
