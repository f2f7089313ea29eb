"""Who and where: people, accounts, rights to read, the record of what was done, areas, working days, events, documents."""
