"""The own stay: how long it lasts, going on, its end, for which company, and where else one is signed in."""
