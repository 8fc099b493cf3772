"""Settings of the company: the qualities it acts in, and whether its people sign in with a password."""
