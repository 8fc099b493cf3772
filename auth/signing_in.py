"""Turn proofs into a signed-in stay, or strengthen the one there is; the proofs themselves are made beside this."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction

from auth.confinement import confinement_of, lift_confinement, showing_person
from auth.logins import login_of_person
from auth.models import DigitalKey, DigitalKeyState, Login, LoginState, Session
from auth.notices import Notice, tell_of_keys
from auth.persons import PersonBook
from auth.proofs import Proof, ProvenIdentity, Source
from auth.refusals import SignInRefusal, SignInRefusedError, wrong
from auth.session_life import absolute_end, end_beyond_limit
from auth.sessions import SessionStore
from domain.assurance import AssuranceLevel
from evidence.audit import append_event

_AGENT_LENGTH = 200


def browser_of(store: SessionStore) -> bytes:
    """Return the 32 bytes to which a way of signing in is bound: the hash of this browser's session id.

    A browser without a session gets one.
    """
    stay = store.stay
    if stay is None:
        store.create()
        stay = store.stay
    assert stay is not None  # noqa: S101 - create() made the row
    return bytes(stay.id_hash)


def accept_identity(
    identity: ProvenIdentity, *, person_id: int, persons: PersonBook, source: Source, at: datetime
) -> Proof:
    """Return the proof of the person's login, made and activated where it is new, by eID, itsme or eIDAS.

    A key that is used for the first time is told to its owner, as every key that is added.

    SignInRefusedError when the login is blocked, the key was suspended by its owner, or the provider's subject is known
    as somebody else's. A new subject of the same person replaces the old one (§4.3).
    """
    login = login_of_person(person_id, at=at, actor=f"person:{person_id}")
    if login.state == LoginState.INVITED:
        Login.objects.filter(pk=login.pk, state=LoginState.INVITED).update(state=LoginState.ACTIVE)
        append_event(
            "account:activated", at=at, actor=f"login:{login.pk}", means=str(identity.means), source=source.address
        )
    elif login.state != LoginState.ACTIVE:
        raise _failure(SignInRefusal.BLOCKED, login.pk, identity, source=source, at=at)
    if _is_suspended(login.pk, identity):
        raise _failure(SignInRefusal.KEY_SUSPENDED, login.pk, identity, source=source, at=at)
    try:
        with transaction.atomic():
            _note_key(login.pk, identity, persons=persons, source=source, at=at)
    except IntegrityError:
        raise _failure(SignInRefusal.OTHER_PERSON, login.pk, identity, source=source, at=at) from None
    return Proof(means=identity.means, level=identity.level, login_id=login.pk, at=identity.at)


def sign_in(store: SessionStore, proofs: Sequence[Proof], *, source: Source, at: datetime) -> Session:
    """Begin a signed-in stay under a new id at the highest level that was proven, and return it.

    The oldest of more than five stays ends. SignInRefusedError, recorded, when the login was blocked meanwhile.
    """
    login_id, means = _login_of(proofs), means_of(proofs)
    level, confinement = max(proof.level for proof in proofs), confinement_of(proofs)
    with recorded(login_id, means=means, source=source, at=at), transaction.atomic():
        _require_active(login_id)
        if store.stay is not None and store.stay.login_id is not None:
            store.flush()
        store.cycle_key()
        stay = store.note(
            login_id=login_id,
            **confinement.columns(level, entity_id=None),
            means=means,
            entity_id=None,
            quality="",
            signed_in_at=at,
            authenticated_at=max(proof.at for proof in proofs),
            address=source.address or None,
            agent=source.agent[:_AGENT_LENGTH],
            last_seen_at=at,
            expires_at=absolute_end(level, signed_in_at=at),
        )
        Login.objects.filter(pk=login_id).update(last_login=at)
        end_beyond_limit(login_id, at=at)
        append_event(
            "account:login:success",
            at=at,
            actor=f"login:{login_id}",
            session=stay.pk,
            level=int(level),
            means=means,
            source=source.address,
        )
    return stay


def step_up(
    store: SessionStore,
    proofs: Sequence[Proof],
    *,
    required: AssuranceLevel,
    source: Source,
    persons: PersonBook,
    at: datetime,
) -> Session:
    """Strengthen the stay, or prove it afresh, under a new id; its beginning and its context stay (§4.4).

    Who shows in a confined stay that he is the person makes its keys count everywhere, and is told so (decision 0050).

    SignInRefusedError, recorded, when the proofs are another's, or weaker than `required` or than the stay already is.
    """
    login_id, means = _login_of(proofs), means_of(proofs)
    reached = max(proof.level for proof in proofs)
    with recorded(login_id, means=means, source=source, at=at), transaction.atomic():
        before = store.stay
        if before is None or before.login_id != login_id:
            raise SignInRefusedError(
                SignInRefusal.OTHER_PERSON,
                "This key belongs to somebody else than who is signed in.",
                next_step="Sign out first, then sign in with it.",
            )
        if reached < max(required, before.reached_level):
            raise SignInRefusedError(
                SignInRefusal.TOO_WEAK,
                "This key is not strong enough here.",
                next_step="Use a key that is at least as strong as the one you signed in with.",
            )
        _require_active(login_id)
        shown = showing_person(proofs)
        if before.confined_to_id is not None and shown is not None:
            lift_confinement(login_id, before.confined_to_id, shown=shown, persons=persons, at=at)
        store.cycle_key()
        signed_in_at = before.signed_in_at or at
        stay = store.note(
            **confinement_of(proofs).columns(reached, entity_id=before.entity_id),
            means=means,
            authenticated_at=max(proof.at for proof in proofs),
            last_seen_at=at,
            expires_at=absolute_end(reached, signed_in_at=signed_in_at),
        )
        append_event(
            "account:login:step_up",
            at=at,
            actor=f"login:{login_id}",
            session=stay.pk,
            level=int(reached),
            means=means,
            source=source.address,
        )
    return stay


@contextmanager
def recorded(login_id: int | None, *, means: str, source: Source, at: datetime) -> Iterator[None]:
    """Record why somebody is refused in this block, which holds the transaction that the refusal takes back."""
    try:
        yield
    except SignInRefusedError as refused:
        record_failure(refused.reason, login_id=login_id, means=means, source=source, at=at)
        raise


def means_of(proofs: Sequence[Proof]) -> str:
    """Return by what somebody proves himself, as stays and events tell it."""
    return "+".join(dict.fromkeys(str(proof.means) for proof in proofs))


def record_failure(reason: SignInRefusal, *, login_id: int | None, means: str, source: Source, at: datetime) -> None:
    """Append that somebody was not signed in, and why; of an unknown user nothing that he typed."""
    is_switched_off = reason is SignInRefusal.METHOD_DISABLED
    append_event(
        "account:login:method_disabled" if is_switched_off else "account:login:failure",
        at=at,
        actor=f"login:{login_id}" if login_id else "nobody",
        reason=str(reason),
        means=means,
        source=source.address,
    )


def _failure(
    reason: SignInRefusal, login_id: int, identity: ProvenIdentity, *, source: Source, at: datetime
) -> SignInRefusedError:
    record_failure(reason, login_id=login_id, means=str(identity.means), source=source, at=at)
    return wrong(reason)


def _require_active(login_id: int) -> None:
    """Hold the login, so that it cannot be blocked between this look and the new stay."""
    login = Login.objects.select_for_update(no_key=True).get(pk=login_id)
    if login.state != LoginState.ACTIVE:
        raise wrong(SignInRefusal.BLOCKED)


def _login_of(proofs: Sequence[Proof]) -> int:
    logins = {proof.login_id for proof in proofs}
    if len(logins) != 1:
        raise ValueError(f"proofs of one login are expected, got {len(logins)}")
    return logins.pop()


def _is_suspended(login_id: int, identity: ProvenIdentity) -> bool:
    return DigitalKey.objects.filter(login_id=login_id, means=identity.means, state=DigitalKeyState.SUSPENDED).exists()


def _note_key(login_id: int, identity: ProvenIdentity, *, persons: PersonBook, source: Source, at: datetime) -> None:
    subject = hashlib.sha256("\0".join(identity.subject).encode()).digest() if identity.subject else None
    known = DigitalKey.objects.filter(login_id=login_id, means=identity.means, state=DigitalKeyState.ACTIVE)
    if known.filter(subject=subject).update(last_used_at=at):
        return
    key = known.first()
    if key is not None:
        known.update(last_used_at=at, subject=subject)
    else:
        key = DigitalKey.objects.create(
            login_id=login_id,
            means=identity.means,
            state=DigitalKeyState.ACTIVE,
            enrolled_level=identity.level,
            subject=subject,
            created_at=at,
            activated_at=at,
            last_used_at=at,
        )
    actor = f"login:{login_id}"
    append_event(
        "account:key:added",
        at=at,
        actor=actor,
        login=login_id,
        key=key.pk,
        means=str(identity.means),
        level=int(identity.level),
        source=source.address,
    )
    tell_of_keys(Notice.KEY_ADDED, key, persons=persons, at=at)
