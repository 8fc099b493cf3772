"""The history of the check-in register's tables; only forward."""
