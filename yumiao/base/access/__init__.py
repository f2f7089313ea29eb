"""Who may read and do what, for which purpose: denied unless declared."""
