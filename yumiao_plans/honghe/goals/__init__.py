"""Overall goals 总体目标."""
