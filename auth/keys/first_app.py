"""An app at once after a first sign-in by codes: their two ways proved who it is, as surely as an operator's link does.

See docs/decisions/0039-first-app-after-activation-codes.md for whose codes are enough.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from auth.desk import KeyDesk
from auth.keys.code_levels import confines, gives_an_app
from auth.keys.rights import SetUpRight
from auth.keys.second_factors import password_proof_of
from auth.keys.totp import confirm_app
from auth.limits import limits
from auth.models import Session, TemporaryCredential, TemporaryCredentialKind, TemporaryCredentialState
from auth.proofs import Proof, Source
from auth.refusals import KeyRefusedError
from domain.assurance import AssuranceLevel, Means, level_with_password


@dataclass(frozen=True, slots=True)
class FirstApp:
    """An app that was just confirmed: its recovery codes, this once, and the proofs that strengthen the stay."""

    recovery_codes: tuple[str, ...] = field(repr=False)
    proofs: tuple[Proof, ...]


def right_after_codes(stay: Session, *, source: Source, desk: KeyDesk, at: datetime) -> SetUpRight | None:
    """Return the right to set up an app in a stay that a consumed temporary password began, or None.

    An invitation's codes to somebody with a national number give none: only the person himself may open what other
    companies declared of him. An app after codes of a main access manager counts for his company alone, as his password
    does (decision 0050). Who calls sees to it that it is the same browser.
    """
    if stay.login_id is None or stay.login is None or password_proof_of(stay) is None:
        return None
    used = (
        TemporaryCredential.objects.filter(
            login_id=stay.login_id,
            state=TemporaryCredentialState.CONSUMED,
            ended_at__gt=at - limits().keys.first_password,
        )
        .order_by("-ended_at")
        .first()
    )
    if used is None:
        return None
    kind, person_id = TemporaryCredentialKind(used.kind), stay.login.person_id
    has_number = person_id is None or desk.persons.has_national_number(person_id)
    if not gives_an_app(kind, has_national_number=has_number):
        return None
    confined_to = used.company_id if confines(kind, has_national_number=has_number) else None
    actor = f"login:{stay.login_id}"
    return SetUpRight(stay.login_id, AssuranceLevel.APP_CODE, actor, stay.pk, confined_to, source.address)


def confirm_first_app(
    stay: Session, right: SetUpRight, key_id: int, code: str, *, label: str, desk: KeyDesk, at: datetime
) -> FirstApp:
    """Activate the app by its first right code; with the password that began the stay it proves level 400.

    KeyRefusedError for a wrong code, and in a stay that no password proved.
    """
    password = password_proof_of(stay)
    if password is None:
        raise KeyRefusedError("This registration is over.", next_step="Begin again.")
    with transaction.atomic():
        codes = confirm_app(key_id, code, right, label=label, desk=desk, at=at)
    app = Proof(Means.TOTP, level_with_password(Means.TOTP), right.login_id, at, right.confined_to)
    return FirstApp(codes, (password, app))
