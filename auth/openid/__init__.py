"""Sign in through itsme and eIDAS: one OpenID Connect client, one profile for each provider."""
