"""Requests with an Idempotency-Key: each has its effect once, and its answer is told again.

The outcome is written in the transaction of the seal, so neither is there without the other, whatever stops in between.
A request whose process vanished leaves its claim, which a repeat takes over once it was not renewed for long enough;
the vanished one can then no longer seal.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.db import transaction
from django.db.models import QuerySet

from channels.models import IdempotentRequest
from channels.web.problems import Problem, ProblemKind
from domain.sender_numbers import SenderNumber

LONGEST_KEY = 128
Answer: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finished:
    """The key was used: what was asked, and what was answered."""

    fingerprint: str
    answer: Answer


@dataclass(slots=True)
class Claim:
    """The right to be the one request with this key; `asked_at` proves it and moves on with every renewal."""

    pk: int
    asked_at: datetime

    def renew(self, *, at: datetime) -> None:
        """Say that the request is still at work; Problem when another has taken over."""
        if not self._mine().update(asked_at=at):
            raise _taken_over()
        self.asked_at = at

    def record(self, fingerprint: str, answer: Answer, *, status: int) -> None:
        """Write the outcome, its answer as text, in the running transaction; Problem, which rolls it back, when another has taken over."""
        if not self._mine().update(fingerprint=fingerprint, status=status, answer=json.dumps(dict(answer))):
            raise _taken_over()

    def let_go(self) -> None:
        """Forget the key: nothing came of the request, and a repeat may do better."""
        self._mine().delete()

    def _mine(self) -> QuerySet[IdempotentRequest]:
        return IdempotentRequest.objects.filter(pk=self.pk, asked_at=self.asked_at, status__isnull=True)


def parse_key(text: str) -> str:
    """Return the key in an Idempotency-Key header, with or without its quotes; Problem when it is none."""
    key = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if not 0 < len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Problem(ProblemKind.INVALID, f"an Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters")
    return key


def claim_key(sender: SenderNumber, key: str, *, at: datetime, patience: timedelta) -> Claim | Finished:
    """Return the claim on a key that nobody uses, or the outcome of the request that used it.

    Raises Problem while another request with it is at work; one that gave no sign for `patience` no longer is.
    """
    with transaction.atomic():
        wanted = IdempotentRequest(sender_id=str(sender), key=key, fingerprint="", asked_at=at)
        IdempotentRequest.objects.bulk_create([wanted], ignore_conflicts=True)
        row = IdempotentRequest.objects.select_for_update().get(sender_id=str(sender), key=key)
        if row.status is not None:
            return Finished(row.fingerprint, _as_told(row.answer))
        if row.asked_at != at:
            if row.asked_at > at - patience:
                raise Problem(ProblemKind.STILL_RUNNING, "ask again when it has ended", headers={"Retry-After": "5"})
            row.asked_at = at
            row.save(update_fields=["asked_at"])
        return Claim(row.pk, row.asked_at)


def _as_told(kept: str | Answer | None) -> Answer:
    """Return an answer with its members in the order in which they were told: a text keeps it, an object of the database does not.

    Objects are what was kept by earlier versions.
    """
    told: Answer = json.loads(kept) if isinstance(kept, str) else kept or {}
    return told


def _taken_over() -> Problem:
    return Problem(ProblemKind.CONFLICT, "a repeat of this request has taken over")
