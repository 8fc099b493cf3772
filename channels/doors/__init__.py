"""What the doors that keep processes of their own have in common: their addresses and their workers."""
