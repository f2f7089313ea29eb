"""附件 Childcare places to build, by county and year."""
