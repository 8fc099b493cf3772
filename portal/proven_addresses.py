"""Note which addresses a person proved to read by coming with what was sent there, so that letters about keys go to them.

Codes of a company to somebody with a national number prove nothing of him: the company said where they go (decision 0045), or
a caller did (decision 0050).
"""

from datetime import datetime

from django.db import transaction

from auth.models import KeyEnrolment, TemporaryCredential, TemporaryCredentialKind, TemporaryCredentialState
from auth.proofs import Proof
from domain.assurance import AssuranceLevel
from registers.persons.details import set_email, verify_email, verify_mailed, verify_reached


def note_codes_used(proof: Proof, *, at: datetime) -> None:
    """Note that who just chose a password reads at the two addresses to which its codes went."""
    if proof.level < AssuranceLevel.PASSWORD or proof.confined_to is not None:
        return
    used = TemporaryCredential.objects.filter(login_id=proof.login_id, state=TemporaryCredentialState.CONSUMED)
    last = used.select_related("login").order_by("-ended_at").first()
    if last is not None and last.kind != TemporaryCredentialKind.NEW_PASSWORD and last.login.person_id is not None:
        verify_reached(last.login.person_id, since=last.issued_at, actor=f"login:{proof.login_id}", at=at)


def note_link_used(login_id: int, *, at: datetime) -> None:
    """Note that who set up first keys by the link of an office reads where it was mailed."""
    used = KeyEnrolment.objects.filter(login_id=login_id, used_at__isnull=False, code_hash__isnull=False)
    last = used.select_related("login").order_by("-used_at").first()
    if last is not None and last.login.person_id is not None:
        verify_mailed(last.login.person_id, since=last.issued_at, actor=f"login:{login_id}", at=at)


def note_address_proven(person_id: int, address: str, *, actor: str, at: datetime) -> None:
    """Let letters about keys go to an address that the person chose for them, and proved by a code."""
    with transaction.atomic():
        set_email(person_id, address, actor=actor, at=at)
        verify_email(person_id, address, actor=actor, at=at)
