"""The `guichet` command, one module a sub-command, imported only when called."""
