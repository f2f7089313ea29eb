"""第8条 Medical and maternity insurance."""
