"""Pure computing on tables and dates: no database, no web, no clock."""
