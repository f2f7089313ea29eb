"""作业 · long work outside the pages: asked for, taken up by a worker of its own, told of while it runs, cancelled, never half a result."""
