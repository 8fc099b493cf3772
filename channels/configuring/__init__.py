"""Change what is configured for senders: every change is one transaction's work with its audit event."""
