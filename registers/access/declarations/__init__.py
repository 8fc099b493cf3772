"""File access declarations that came by file: what they ask for, within the rules, once."""
