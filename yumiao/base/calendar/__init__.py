"""The one clock of the pages, and working days by the country's published calendar."""
