"""Mandates: a company lets another act for it, which accepts; each sees and ends those that it gave or holds."""
