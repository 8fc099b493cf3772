"""What access declarations change of senders and their technical users."""
