"""Areas of the picked plan: codes, names, what lies in what, and codes of earlier times."""
