"""The vocabulary of check-ins: presences of a day, events IN and OUT, and what becomes of them."""
