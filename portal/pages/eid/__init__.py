"""Signing in by eID or foreigner's card: the page, and what the browser extension and the agent ask the portal."""
