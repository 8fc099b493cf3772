"""Signing in with itsme and eIDAS: the way there, the way back, and the keys that providers read."""
