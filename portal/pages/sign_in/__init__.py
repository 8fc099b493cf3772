"""Signing in: the choice of a way, the ways that need no other party, stepping up, signing out."""
