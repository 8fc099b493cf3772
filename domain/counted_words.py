"""Put a number before what it counts, in English: one of it is said in the singular. Pure."""


def counted(number: int, one: str, several: str) -> str:
    """Return the number, grouped by thousands, with the words for one or for any other number: `counted(1, "key", "keys")`."""
    return f"{number:,} {one if number == 1 else several}"
