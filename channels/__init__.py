"""Senders, technical users, keys, certificates, staging and mailboxes; never judges a payload."""
