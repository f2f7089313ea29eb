"""The house: layout, words, components and static files that all desks share."""
