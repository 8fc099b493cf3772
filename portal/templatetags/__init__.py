"""The tags that templates load."""
