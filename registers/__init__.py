"""The ledgers in which declarations are filed; they never know how a file travelled."""
