"""总体目标 Overall goals for 2025, and the outlook to 2035."""
