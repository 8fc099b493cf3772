"""Issue temporary passwords: the user name goes by mail and the password by SMS, never both on one way (§3.4)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from string import Template

from django.db import transaction
from django.db.models import Q

from auth.desk import KeyDesk
from auth.keys.life import hold_login, revoke_all
from auth.keys.password_switch import hold_worth_issuing
from auth.letters import REGISTERED_FOR, TEMPORARY_PASSWORD_TEXT, USER_NAME_LETTER
from auth.limits import limits
from auth.models import (
    Login,
    LoginState,
    TemporaryCredential,
    TemporaryCredentialKind,
    TemporaryCredentialState,
)
from auth.password_policy import generate_password, require_good_password
from auth.refusals import KeyRefusedError
from correspondence.models import Carrier
from correspondence.outbox import post
from domain.access.deadlines import end_of_days
from domain.assurance import Means
from domain.brussels import brussels_date
from domain.languages import Language
from domain.written_dates import render_day
from evidence.audit import append_event


@dataclass(frozen=True, slots=True)
class ReachedBy:
    """Where the two halves go: an e-mail address and a mobile number, in one language.

    `company` is the name and the number of the one for which the person is registered, which the letter tells.
    """

    mail: str = field(repr=False)
    mobile: str = field(repr=False)
    language: Language = Language.EN
    company: str = ""


def issue_activation(
    login_id: int,
    reached: ReachedBy,
    *,
    actor: str,
    reason: str = "",
    kind: TemporaryCredentialKind = TemporaryCredentialKind.ACTIVATION,
    company_id: int | None = None,
    desk: KeyDesk,
    at: datetime,
) -> TemporaryCredential:
    """Post user name and temporary password apart; valid until the end of the 30th day in Brussels.

    `kind` is INVITATION where a company said whom they reach, CHIEF where a caller did for the company `company_id`.

    What was issued before is revoked, and so is a password that there is. KeyRefusedError without a user name, an address
    or a number, for a login that is blocked, and where a company has switched passwords off.
    """
    if not reached.mail or not reached.mobile:
        raise KeyRefusedError(
            "An e-mail address and a mobile number are both needed, since each carries one half.",
            next_step="Complete the contact data.",
        )
    password = generate_password(desk.locksmith.randomness)
    with transaction.atomic():
        login = _hold_named(login_id, desk=desk)
        issued = _issue(
            login,
            password,
            kind=kind,
            company_id=company_id,
            expires_at=end_of_days(at),
            actor=actor,
            reason=reason,
            desk=desk,
            at=at,
        )
        _post_name(issued, login, reached, desk=desk, at=at)
        post(
            carrier=Carrier.TEXT_MESSAGE,
            recipient=reached.mobile,
            subject="",
            body=Template(TEMPORARY_PASSWORD_TEXT[reached.language]).substitute(password=password),
            occasion=f"temporary:{issued.pk}:password",
            at=at,
            holds_secret=True,
        )
    return issued


def _post_name(issued: TemporaryCredential, login: Login, reached: ReachedBy, *, desk: KeyDesk, at: datetime) -> None:
    """Post the user name, for which company it is, and until which day the password is valid."""
    last_day = brussels_date(issued.expires_at - timedelta(seconds=1))
    subject, body = USER_NAME_LETTER[reached.language]
    if reached.company:
        body = f"{REGISTERED_FOR[reached.language]} {body}"
    post(
        carrier=Carrier.MAIL,
        recipient=reached.mail,
        subject=subject,
        body=Template(body).substitute(
            name=login.user_name,
            company=reached.company,
            until=render_day(last_day, reached.language),
            address=desk.options.activation_url,
            phone=desk.options.contact_phone,
        ),
        occasion=f"temporary:{issued.pk}:name",
        at=at,
    )


def give_new_password(
    login_id: int, *, password: str | None, repeated: str | None, actor: str, desk: KeyDesk, at: datetime
) -> str:
    """Let an access manager give a password for one sign-in within 72 hours, that asks for another; return it, once.

    None makes one. One that is typed is given twice and obeys the policy. Every stay that leans on the old one ends.
    """
    chosen = password if password is not None else generate_password(desk.locksmith.randomness)
    with transaction.atomic():
        login = _hold_named(login_id, desk=desk)
        companies = desk.companies.names_of(login.person_id) if login.person_id is not None else ()
        require_good_password(
            chosen,
            repeated=chosen if password is None else repeated or "",
            forbidden=(login.user_name or "", *companies),
            is_leaked=desk.options.is_leaked,
        )
        _issue(
            login,
            chosen,
            kind=TemporaryCredentialKind.NEW_PASSWORD,
            company_id=None,
            expires_at=at + limits().keys.new_password,
            actor=actor,
            reason="",
            desk=desk,
            at=at,
        )
    return chosen


def expire_temporary_passwords(*, now: datetime) -> int:
    """Note what was not used in time; return how many."""
    over = TemporaryCredential.objects.filter(
        Q(state=TemporaryCredentialState.ISSUED, expires_at__lte=now)
        | Q(state=TemporaryCredentialState.USED_ONCE, used_at__lte=now - timedelta(days=1))
    )
    return over.update(state=TemporaryCredentialState.EXPIRED, ended_at=now)


def _hold_named(login_id: int, *, desk: KeyDesk) -> Login:
    hold_worth_issuing(login_id, desk=desk)
    login = hold_login(login_id)
    if login.state in {LoginState.BLOCKED, LoginState.REMOVED}:
        raise KeyRefusedError("This login is blocked.", next_step="Take the block away first.")
    if login.user_name is None:
        raise KeyRefusedError("This person has no user name yet.", next_step="Give a user name first.")
    return login


def _issue(  # each names one thing that the row keeps
    login: Login,
    password: str,
    *,
    kind: TemporaryCredentialKind,
    company_id: int | None,
    expires_at: datetime,
    actor: str,
    reason: str,
    desk: KeyDesk,
    at: datetime,
) -> TemporaryCredential:
    living = TemporaryCredential.objects.filter(login=login, ended_at__isnull=True)
    living.update(state=TemporaryCredentialState.REVOKED, ended_at=at)
    revoke_all(login.pk, Means.PASSWORD, actor=actor, at=at)
    issued = TemporaryCredential.objects.create(
        login=login,
        kind=kind,
        company_id=company_id,
        encoded=desk.locksmith.hash_password(password),
        issued_by=actor,
        reason=reason,
        issued_at=at,
        expires_at=expires_at,
    )
    append_event(
        "account:activation:issued",
        at=at,
        actor=actor,
        login=login.pk,
        credential=issued.pk,
        kind=str(kind),
        reason=reason,
    )
    return issued
