"""Where people arrive, and what they find after signing in."""
