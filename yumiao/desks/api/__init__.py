"""接口 · the desk for machines: the same answers as pages and commands, as JSON, with errors as problem+json."""
