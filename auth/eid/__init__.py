"""Signing in with an eID or foreigner's card: challenges, Web eID tokens, and who a card says that its holder is."""
