"""What Django's own commands do otherwise here."""
