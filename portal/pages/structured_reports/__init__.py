"""Structured reports: senders, their technical users, channels, keys, certificates and services (seed 001)."""
