"""Deliveries: what was received from the company's senders, what became of it, the answers; and checking a file."""
