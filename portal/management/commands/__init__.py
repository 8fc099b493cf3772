"""Django's commands, one a module, that take the place of those of the same name."""
