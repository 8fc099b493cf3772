"""The vocabulary of the counter: frozen values and pure functions; reads no clock, file, socket or table."""
