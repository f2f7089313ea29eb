"""Official texts that an operator imported. The product carries none of its own."""
