"""保障措施（三） Publicity and village customs."""
