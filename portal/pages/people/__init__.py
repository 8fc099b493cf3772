"""People and rights: who manages the company here, who uses which services for it, and how that changes."""
