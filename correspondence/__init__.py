"""Outboxes for mail, text messages and e-Box documents; never decides who hears what."""
