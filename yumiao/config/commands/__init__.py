"""One module per command; each says `add(parser)` what it takes and `run(args)` what it does, returning the exit code."""
