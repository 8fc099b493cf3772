"""Logins and sessions of persons; never reads business data."""
