"""My digital keys: set up, confirm, suspend, find again, take away."""
