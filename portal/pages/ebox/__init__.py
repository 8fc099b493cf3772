"""The e-Box of the company: documents and tasks, and to whom those of a service are routed."""
