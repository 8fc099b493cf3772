"""Sessions with the counter: one contract, and an adapter for each channel that is imported only when it is used."""
