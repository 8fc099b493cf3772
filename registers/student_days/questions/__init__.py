"""Questions about student days: each reads with few indexed queries and writes into the log who looked, in one transaction."""
