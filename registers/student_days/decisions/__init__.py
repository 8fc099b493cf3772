"""Decide what one form does to the register, given what the register holds; writes nothing, knows no database.

Forms are decided in the order in which they stand in the file, each seeing what those before it did.
"""
