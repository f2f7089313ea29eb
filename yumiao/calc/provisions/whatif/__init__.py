"""What if: a reform read from YAML and laid over the plan (`reform`, `overlay`), both laws worked out over the same people (`sides`,
`timeline`), births after the snapshot (`births`, `fertility`, `mothers`, `newborn`), and what comes out by year, county and kind of family
(`costs`, `groups`, `readings`)."""
