"""Safeguards 保障措施."""
