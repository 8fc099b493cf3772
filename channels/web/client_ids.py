"""Client ids of the web service: `self_service_chaman_<sender number>_<10 characters>` (batch protocol §4.3). Pure."""

import re

from domain.sender_numbers import SenderNumber

_FORM = re.compile(r"\Aself_service_chaman_([0-9]{6})_[0-9a-z]{10}\Z")
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
RANDOM_CHARACTERS = 10


def sender_of_client(client_id: str) -> SenderNumber:
    """Return the sender number inside a client id; ValueError when it has another form."""
    match = _FORM.match(client_id)
    if match is None:
        message = "a client id is self_service_chaman_, six digits, _ and ten digits or small letters"
        raise ValueError(message)
    return SenderNumber.parse(match[1])


def make_client_id(sender: SenderNumber, randomness: bytes) -> str:
    """Return a client id for a client of `sender`, made of at least ten random bytes."""
    if len(randomness) < RANDOM_CHARACTERS:
        message = f"a client id needs {RANDOM_CHARACTERS} random bytes, got {len(randomness)}"
        raise ValueError(message)
    number = int.from_bytes(randomness, "big")
    characters = []
    for _ in range(RANDOM_CHARACTERS):
        number, digit = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[digit])
    return f"self_service_chaman_{sender}_{''.join(characters)}"
