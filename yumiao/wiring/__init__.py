"""The only place where engines meet: handlers of events, one file for each meeting."""
