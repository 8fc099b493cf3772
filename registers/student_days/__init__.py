"""The ledger of student work: periods, their history and the yearly contingent."""
