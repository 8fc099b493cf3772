"""Outboxes for mail, text messages and e-Box documents, and the printing of papers; never decides who hears what."""
