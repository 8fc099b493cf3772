"""Run the whole stack on one machine: the embedded database, the process list and its supervisor."""
