"""Read messages safely and judge them by the rules that need no register; never opens a table."""
