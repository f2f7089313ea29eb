"""第2条 Services for the population: care built with homes, birth registration, one thing at birth."""
