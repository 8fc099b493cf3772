"""Digital keys, one module a kind: set up, proven, lost and taken away."""
