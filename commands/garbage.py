"""Keep the collector of garbage from looking, again and again, through what stays: modules, schemas, forms being judged."""

import gc

_NEW_OBJECTS = 100_000
"""Objects made more than unmade after which the collector looks through the new ones; a piece of a payload has so many."""


def spare_what_stays() -> None:
    """Let the collector look at nothing that exists now, and seldom at the rest; call it when a process begins to work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
