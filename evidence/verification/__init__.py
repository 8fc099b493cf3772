"""Prove that nothing recorded was changed: the chain, its signed heads, the stored files and the rows."""
