"""Keep out of each other's way who validates, searches for missing check-outs or hands in, and sources as they are judged by.

A validation of an environment runs alone: two at once would take each other's registrations for held by somebody else, and
answer a change while the other still judges by what was before it. Two searches would tell, and record, the same.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from domain.environments import Environment

_VALIDATIONS, _SOURCES, _SEARCHES, _EVIDENCE = 7_303_001, 7_303_002, 7_303_003, 7_303_004
"""The first halves of the keys; the second tells the environment, or whose documents they are. Persons and references have keys of one whole."""
_EVERYWHERE = 0


@contextmanager
def validating_alone(environment: Environment) -> Iterator[bool]:
    """Say whether nobody else validates in the environment, and let nobody do so meanwhile."""
    with _alone(_VALIDATIONS, ord(environment)) as is_alone:
        yield is_alone


@contextmanager
def searching_alone() -> Iterator[bool]:
    """Say whether nobody else searches for missing check-outs, and let nobody do so meanwhile."""
    with _alone(_SEARCHES, _EVERYWHERE) as is_alone:
        yield is_alone


@contextmanager
def _alone(*key: int) -> Iterator[bool]:
    """Hold a lock beyond transactions; the connection lets go when it ends, however that comes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s::integer, %s::integer)", key)
        (is_alone,) = cursor.fetchone()
    try:
        yield is_alone
    finally:
        if is_alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s::integer, %s::integer)", key)


def keep_sources(environment: Environment) -> None:
    """Let no source be opened, fed or closed until the transaction ends; before any row is held, for it may wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s::integer, %s::integer)", [_SOURCES, ord(environment)])


def change_sources(environment: Environment) -> None:
    """Let nobody judge by a source until the transaction ends; whoever does so now is waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s::integer, %s::integer)", [_SOURCES, ord(environment)])


def hand_in_in_turn(owner: str, environment: Environment) -> None:
    """Let nobody else note a document of that owner until the transaction ends; before any row is held, for it may wait.

    One request may bring several documents, and each may complete drafts that name the others.
    """
    digest = hashlib.sha256(f"{environment} {owner}".encode()).digest()
    whose = int.from_bytes(digest[:4], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s::integer, %s::integer)", [_EVIDENCE, whose])
