"""Lay out all evidence of one submission as a folder that proves itself with OpenSSL alone."""
