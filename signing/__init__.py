"""Verify detached signatures, decide which certificate may sign, seal answers; never knows what the bytes mean."""
