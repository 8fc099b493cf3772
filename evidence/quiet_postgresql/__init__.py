"""Django's PostgreSQL backend, whose errors name what was violated and never tell values: errors end up in logs."""
