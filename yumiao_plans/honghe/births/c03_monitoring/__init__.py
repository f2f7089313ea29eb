"""第3条 Research, life registration, forecasts, shared base data."""
