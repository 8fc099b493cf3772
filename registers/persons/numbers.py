"""Find and create persons by national number; the number itself is stored encrypted.

AES-256-GCM with a random nonce hides the number; an HMAC-SHA-256 under another key finds it again. The ciphertext is
bound to its environment, so a row moved elsewhere no longer opens.
"""

import base64
import hmac
import json
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection

from domain.environments import Environment
from domain.refusals import OutageError
from registers.persons.models import IdentifierKind, PersonIdentifier

_NONCE_LENGTH = 12
_KEY_LENGTH = 32
_KEYS_GONE = (
    "Put back the copy in your backup: with other keys nobody who is registered is found. Only where nobody is registered "
    "yet, `guichet keys` makes new ones"
)

_MAKE_PERSONS = """
WITH named AS (
    INSERT INTO persons_personidentifier (person_id, environment, lookup, key_id, ciphertext, valid_from)
    SELECT nextval(pg_get_serial_sequence('persons_person', 'id')), %(environment)s, lookup, %(key)s, ciphertext, %(at)s
    FROM unnest(%(lookups)s::bytea[], %(ciphertexts)s::bytea[]) AS fresh (lookup, ciphertext)
    ON CONFLICT (environment, lookup) DO NOTHING
    RETURNING person_id
)
INSERT INTO persons_person (id, environment, created_at) OVERRIDING SYSTEM VALUE
SELECT person_id, %(environment)s, %(at)s FROM named
"""


class UnopenedNumberError(OutageError):
    """This one number does not open; those of other persons may."""


@dataclass(frozen=True, slots=True)
class PersonKeys:
    """The keys that hide and find national numbers; older encryption keys stay readable under their id."""

    current: str
    encryption: dict[str, bytes]
    index: bytes

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the keys written in `path` (JSON, base64); OutageError, with a next step, when they cannot be read."""
        try:
            content = json.loads(path.read_text(encoding="ascii"))
            keys = cls(
                current=content["current"],
                encryption={name: base64.b64decode(key) for name, key in content["encryption"].items()},
                index=base64.b64decode(content["index"]),
            )
            _require_usable(keys)
        except FileNotFoundError as trouble:
            raise OutageError(f"the keys of the persons register are not there: {path}. {_KEYS_GONE}") from trouble
        except OSError as trouble:
            raise OutageError(
                f"the keys of the persons register cannot be read: {path}: {trouble.strerror}. Let the account under which "
                "this runs read the file"
            ) from trouble
        except (ValueError, KeyError, TypeError, AttributeError) as trouble:
            raise OutageError(f"{path} holds no keys of the persons register. {_KEYS_GONE}") from trouble
        return keys

    @staticmethod
    def generate() -> str:
        """Return the JSON text of fresh random keys."""
        return json.dumps(
            {
                "current": "k1",
                "encryption": {"k1": base64.b64encode(os.urandom(_KEY_LENGTH)).decode()},
                "index": base64.b64encode(os.urandom(_KEY_LENGTH)).decode(),
            },
        )

    def hide(self, number: str, *, environment: Environment) -> tuple[bytes, str, bytes]:
        """Return what finds `number`, the id of the key that hides it, and the hidden number."""
        return self.lookup(number), self.current, self.encrypt(number, environment=environment)

    def lookup(self, number: str) -> bytes:
        """Return the 32 bytes under which `number` is found."""
        return hmac.digest(self.index, number.encode("ascii"), "sha256")

    def encrypt(self, number: str, *, environment: Environment) -> bytes:
        """Return nonce and ciphertext of `number` under the current key."""
        nonce = os.urandom(_NONCE_LENGTH)
        return nonce + _cipher(self.encryption[self.current]).encrypt(
            nonce, number.encode(), environment.encode("ascii")
        )

    def decrypt(self, ciphertext: bytes, *, key_id: str, environment: Environment) -> str:
        """Return the number hidden in `ciphertext`; UnopenedNumberError when the row was tampered with.

        OutageError when the key is missing: it is that of many.
        """
        try:
            cipher = _cipher(self.encryption[key_id])
            number = cipher.decrypt(ciphertext[:_NONCE_LENGTH], ciphertext[_NONCE_LENGTH:], environment.encode("ascii"))
        except KeyError as trouble:
            raise OutageError(f"the key {key_id}, under which numbers of persons are kept, is missing") from trouble
        except InvalidTag as trouble:
            raise UnopenedNumberError(f"a person's number under key {key_id} does not open") from trouble
        return number.decode()


def _require_usable(keys: PersonKeys) -> None:
    """Raise KeyError or ValueError where a number could not be hidden or found, which would be noticed form by form."""
    for key in (keys.encryption[keys.current], *keys.encryption.values()):
        AESGCM(key)
    if not keys.index:
        raise ValueError("the key of the index is empty")


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


class PersonDirectory:
    """Persons of one environment, by number."""

    def __init__(self, keys: PersonKeys, *, environment: Environment) -> None:
        self._keys = keys
        self._environment = environment

    def find(self, numbers: Collection[str]) -> dict[str, int]:
        """Return the ids of the persons that are known, by number; one query."""
        by_lookup = {self._keys.lookup(number): number for number in numbers}
        rows = PersonIdentifier.objects.filter(environment=self._environment, lookup__in=list(by_lookup))
        return {by_lookup[bytes(row.lookup)]: row.person_id for row in rows}

    def find_or_create(self, numbers: Collection[str], *, at: datetime) -> dict[str, int]:
        """Return the ids of all the persons, made where they are new; safe when others make the same at once."""
        known = self.find(numbers)
        missing = sorted(set(numbers) - set(known))
        if not missing:
            return known
        with connection.cursor() as cursor:
            cursor.execute(
                _MAKE_PERSONS,
                {
                    "environment": self._environment,
                    "at": at,
                    "key": self._keys.current,
                    "lookups": [self._keys.lookup(number) for number in missing],
                    "ciphertexts": [self._keys.encrypt(number, environment=self._environment) for number in missing],
                },
            )
        return known | self.find(missing)

    def reveal_number(self, person_id: int) -> str | None:
        """Return the newest national or bis number that is still the person's; None for a person without one.

        For the own papers of that person alone. OutageError when the key is missing or the row was tampered with.
        """
        row = (
            PersonIdentifier.objects.filter(
                person_id=person_id,
                environment=self._environment,
                kind=IdentifierKind.INSZ,
                valid_until__isnull=True,
            )
            .order_by("-valid_from", "-pk")
            .first()
        )
        return None if row is None else self.reveal(bytes(row.ciphertext), key_id=row.key_id)

    def hide(self, text: str) -> tuple[str, bytes]:
        """Return the id of the key and the ciphertext of what a form tells of a person."""
        return self._keys.current, self._keys.encrypt(text, environment=self._environment)

    def reveal(self, ciphertext: bytes, *, key_id: str) -> str:
        """Return what `hide` hid; OutageError when the key is missing or the row was tampered with."""
        return self._keys.decrypt(ciphertext, key_id=key_id, environment=self._environment)

    def add_number(self, number: str, *, person_id: int, at: datetime) -> None:
        """Let one more national or bis number find the person; IntegrityError when it finds somebody already."""
        self._add(number, IdentifierKind.INSZ, person_id=person_id, at=at)

    def add_identity(self, identifier: str, *, person_id: int, at: datetime) -> None:
        """Let what a provider calls somebody from another country find the person; otherwise as `add_number`."""
        self._add(identifier, IdentifierKind.EIDAS, person_id=person_id, at=at)

    def end_number(self, number: str, *, at: datetime) -> None:
        """Note that a number was replaced by another; it finds its person all the same."""
        PersonIdentifier.objects.filter(
            environment=self._environment, lookup=self._keys.lookup(number), valid_until__isnull=True
        ).update(valid_until=at)

    def _add(self, text: str, kind: IdentifierKind, *, person_id: int, at: datetime) -> None:
        PersonIdentifier.objects.create(
            person_id=person_id,
            environment=self._environment,
            kind=kind,
            lookup=self._keys.lookup(text),
            key_id=self._keys.current,
            ciphertext=self._keys.encrypt(text, environment=self._environment),
            valid_from=at,
        )
