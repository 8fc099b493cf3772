"""Measure the doors beside the programs that senders know."""
