"""Help for who cannot sign in yet: cards, itsme, which way when, registration offices, the contact form."""
