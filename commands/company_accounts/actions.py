"""What `guichet account` does to the tables."""

from argparse import Namespace
from datetime import datetime, time, timedelta

from auth.session_life import SessionEnder
from channels.configuring.company_senders import let_in_senders, retire_senders, shut_out_senders
from commands.company_accounts.chiefs import NamedChief, enter_chief, require_codes_to_open, send_codes, tell_where
from commands.company_accounts.finding import find_account
from commands.company_accounts.overview import render_account, render_accounts, render_resigned
from commands.company_accounts.quality_actions import ACTIONS as QUALITY_ACTIONS
from commands.company_accounts.quality_actions import tell_senders
from commands.company_accounts.upkeep import keep_up
from commands.configuring.actions import ACTOR
from domain.access.actors import Actor
from domain.access.deadlines import end_of_days
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Role
from domain.access.states import AccountState, AppointmentState, EntityAccountState
from domain.brussels import BRUSSELS
from domain.configuration_refusals import ConfigurationRefusedError
from domain.counted_words import counted
from domain.environments import Environment
from evidence.clock import SystemClock
from registers.access.appointing import appoint, confirm, decline
from registers.access.company_rules import belonging_elsewhere
from registers.access.ending import block_appointment, unblock_appointment
from registers.access.entities import enter_entity
from registers.access.entity_accounts import (
    close_account,
    register_account,
    renew_activation,
    require_reason,
    reset_chief,
    restore_password_login,
    resume_account,
    suspend_account,
)
from registers.access.models import Appointment, Entity, EntityAccount, UserAccount
from registers.access.operators_stops import stopped_in
from registers.access.resigning import resigned
from registers.access.sender_services import end_services
from registers.access.telling_persons import tell_proposed
from registers.access.user_accounts import block_user, unblock_user
from registers.checkins.unanswered_reports import tell_that_nobody_answers
from registers.persons.details import set_email, set_mobile
from registers.persons.merging import current_id

_MAY_BE_ENTERED = "the company may enter the person anew\n"
_STOPPED_ELSEWHERE = (
    "the person is blocked by an operator elsewhere in the company: `guichet account show` tells where\n"
)
_NO_CODES_NEEDED = (
    "no codes sent, and no address changed: the person has signed in before or belongs to another company, uses the keys that "
    "he has, and is written to at the address that is known\n"
)
REPRESENTATIVE, OPERATOR = Actor.legal_representative(), Actor.operator()


def register(arguments: Namespace) -> str:
    """Open an account, and send its chief his codes unless he has strong keys."""
    now = SystemClock().now()
    entity = enter_entity(arguments.company, name=arguments.name, nsso_number=arguments.nsso, actor=ACTOR, at=now)[
        Environment.PRODUCTION
    ]
    chief = enter_chief(arguments, entity.pk, environment=Environment.PRODUCTION, at=now)
    account = register_account(entity, chief_id=chief.person_id, quality=arguments.quality, by=REPRESENTATIVE, at=now)
    told = f"account of {entity.name} ({entity.company_number}) registered, state {account.state}\n"
    if not chief.needs_codes:
        tell_proposed(_chief_to_come(account.entity_id), at=now)
    return told + _codes(arguments, chief, entity, reason="registration", at=now)


def replace_chief(arguments: Namespace) -> str:
    """Propose another chief; he takes over once he signs in and accepts."""
    now = SystemClock().now()
    require_reason(arguments.reason)
    account = find_account(arguments)
    if not arguments.without_codes:
        require_codes_to_open(account)
    chief = enter_chief(arguments, account.entity_id, environment=Environment.PRODUCTION, at=now)
    row = appoint(account.entity_id, role=Role.CHIEF, person_id=chief.person_id, by=REPRESENTATIVE, at=now)
    told = (
        f"appointment {row.pk}: proposed as main access manager of {account.entity.name} until "
        f"{_last_day(row.expires_at)}; the present one stays until it is accepted\n"
    )
    return told + _codes(arguments, chief, account.entity, reason=arguments.reason, at=now)


def new_codes(arguments: Namespace) -> str:
    """Send new codes and begin the days of activation anew, or help a chief who lost his keys; the old codes are void."""
    now = SystemClock().now()
    account = find_account(arguments)
    asked = {"by": REPRESENTATIVE, "at": now, "reason": arguments.reason}
    if account.state == EntityAccountState.ACTIVE:
        chief = reset_chief(account.entity_id, **asked)
    else:
        chief = renew_activation(account.entity_id, **asked).person_id
    if (arguments.mobile or arguments.mail) and belonging_elsewhere([chief], account.entity_id):
        raise ConfigurationRefusedError(
            "The person belongs to another company too, whose pages codes at other addresses would open.",
            next_step="Give neither --mail nor --mobile, or let the person come to the registration office.",
        )
    if arguments.mobile is not None:
        set_mobile(chief, arguments.mobile, actor=ACTOR, at=now)
    if arguments.mail is not None:
        set_email(chief, arguments.mail, actor=ACTOR, at=now)
    user_name = send_codes(chief, company=account.entity, user_name=None, reason=arguments.reason, at=now)
    told = f"new codes sent to user {user_name}; they hold until {_last_day(end_of_days(now))}\n"
    return told + tell_where(chief)


def confirm_chief(arguments: Namespace) -> str:
    """Confirm the proposal of the present chief."""
    row = confirm(_replacement(arguments).pk, by=REPRESENTATIVE, at=SystemClock().now())
    return f"appointment {row.pk} confirmed; the person accepts it until {_last_day(row.expires_at)}\n"


def refuse_chief(arguments: Namespace) -> str:
    """Refuse the proposal of the present chief."""
    row = decline(_replacement(arguments).pk, by=REPRESENTATIVE, at=SystemClock().now())
    return f"appointment {row.pk} refused; the main access manager stays\n"


def allow_passwords(arguments: Namespace) -> str:
    """Let a company sign in with passwords again."""
    account = find_account(arguments)
    now = SystemClock().now()
    if not restore_password_login(account.entity_id, by=REPRESENTATIVE, at=now, reason=arguments.reason):
        return f"nothing changed: {account.entity.name} lets its people sign in with a password\n"
    return f"{account.entity.name} lets its people sign in with a password again\n"


def list_all(_arguments: Namespace) -> str:
    """Show every account in a line."""
    accounts = EntityAccount.objects.filter(environment=Environment.PRODUCTION).select_related("entity")
    return render_accounts(accounts.order_by("entity__company_number"), at=SystemClock().now())


def list_resigned(_arguments: Namespace) -> str:
    """Show whose chief resigned, the longest waiting first."""
    chiefs = list(resigned())
    proposed = Appointment.objects.filter(
        entity_id__in=[row.entity_id for row in chiefs],
        role=Role.CHIEF,
        state=AppointmentState.PROPOSED,
        expires_at__gt=SystemClock().now(),
    )
    return render_resigned(chiefs, {row.entity_id: row for row in proposed})


def show(arguments: Namespace) -> str:
    """Show who has what."""
    at = SystemClock().now()
    if arguments.at is not None:
        midnight = datetime.combine(arguments.at + timedelta(days=1), time(), tzinfo=BRUSSELS)
        at = midnight - timedelta(microseconds=1)
    if arguments.user is None:
        return render_account(find_account(arguments), quality=arguments.quality, at=at)
    user = _user(arguments)
    return render_account(find_account(arguments), quality=user.quality, at=at, person_id=user.person_id)


def block(arguments: Namespace) -> str:
    """Stop a user or a manager."""
    now = SystemClock().now()
    require_reason(arguments.reason)
    sessions = SessionEnder(actor=ACTOR)
    if arguments.user is None:
        row = _appointment(arguments)
        block_appointment(row.pk, by=OPERATOR, at=now, sessions=sessions, reason=arguments.reason)
        return f"appointment {row.pk} is blocked; its holder's sessions are ended\n"
    user = _user(arguments)
    if not block_user(user.pk, by=OPERATOR, at=now, sessions=sessions, reason=arguments.reason):
        return f"nothing changed: user {user.user_name} is blocked already\n"
    return f"user {user.user_name} is blocked; account and rights are kept, sessions are ended\n"


def unblock(arguments: Namespace) -> str:
    """Take a block away."""
    now = SystemClock().now()
    if arguments.user is None:
        row = unblock_appointment(_appointment(arguments).pk, by=OPERATOR, at=now)
        works = row.state == AppointmentState.ACTIVE
        return f"appointment {row.pk} {_after_unblocking(row, works=works)}"
    user = unblock_user(_user(arguments).pk, by=OPERATOR, at=now)
    works = user.state == AccountState.ACTIVE
    return f"user {user.user_name} {_after_unblocking(user, works=works)}"


def _after_unblocking(row: Appointment | UserAccount, *, works: bool) -> str:
    """Tell what became of it, and whether the company may enter its person anew."""
    told = "works again" if works else "is over and stays so"
    if stopped_in(row.entity_id, [current_id(row.person_id)]):
        return f"{told}; {_STOPPED_ELSEWHERE}"
    return f"{told}\n" if works else f"{told}; {_MAY_BE_ENTERED}"


def suspend(arguments: Namespace) -> str:
    """Stop everything in an account."""
    now, account = SystemClock().now(), find_account(arguments)
    sessions = SessionEnder(actor=ACTOR)
    suspend_account(account.entity_id, by=OPERATOR, at=now, reason=arguments.reason, sessions=sessions)
    shut_out = shut_out_senders(account.entity_id, actor=ACTOR, at=now)
    told = f"account of {account.entity.name} suspended; everybody's sessions in it are ended\n"
    return told + tell_senders("shut out", shut_out)


def resume(arguments: Namespace) -> str:
    """Let a suspended account work again."""
    now, account = SystemClock().now(), find_account(arguments)
    resume_account(account.entity_id, by=OPERATOR, at=now)
    let_in = let_in_senders(account.entity_id, actor=ACTOR, at=now)
    return f"account of {account.entity.name} works again\n" + tell_senders("let in again", let_in)


def close(arguments: Namespace) -> str:
    """End an account for ever, with its senders (access and login §3.1)."""
    now, account = SystemClock().now(), find_account(arguments)
    sessions = SessionEnder(actor=ACTOR)
    close_account(account.entity_id, by=OPERATOR, at=now, reason=arguments.reason, sessions=sessions)
    retired = retire_senders(account.entity_id, end_services=end_services, by=OPERATOR, at=now, reason=arguments.reason)
    told = f"account of {account.entity.name} closed: its qualities, appointments, users and rights are ended\n"
    return told + tell_senders("retired", retired) + _tell_workers(account.entity, at=now)


def _tell_workers(company: Entity, *, at: datetime) -> str:
    if company.environment != Environment.PRODUCTION:
        return ""
    waiting = tell_that_nobody_answers(company.company_number, actor=ACTOR, at=at)
    who = counted(waiting, "of its workers, who waits for an answer, is", "of its workers, who wait for an answer, are")
    return f"{who} told that nobody answers\n" if waiting else ""


def lapse(_arguments: Namespace) -> str:
    """Do what time asks for."""
    return keep_up(at=SystemClock().now())


def _codes(arguments: Namespace, chief: NamedChief, company: Entity, *, reason: str, at: datetime) -> str:
    if arguments.without_codes:
        return "no codes sent: the person signs in with eID, itsme or an app code\n"
    if not chief.needs_codes:
        return _NO_CODES_NEEDED
    user_name = send_codes(chief.person_id, company=company, user_name=arguments.user, reason=reason, at=at)
    told = f"user name {user_name} sent by e-mail, a temporary password by SMS; they hold for 30 days\n"
    return told + tell_where(chief.person_id)


def _chief_to_come(entity_id: int) -> Appointment:
    return Appointment.objects.get(entity_id=entity_id, role=Role.CHIEF, state=AppointmentState.PROPOSED)


def _replacement(arguments: Namespace) -> Appointment:
    account = find_account(arguments)
    row = Appointment.objects.filter(
        entity_id=account.entity_id, role=Role.CHIEF, state=AppointmentState.PROPOSED, confirmed_at__isnull=True
    ).first()
    if row is None:
        raise AccessRefusedError(
            RefusalReason.UNKNOWN,
            "The main access manager has proposed nobody in his place.",
            next_step="Name somebody with `guichet account replace-chief`.",
        )
    return row


def _appointment(arguments: Namespace) -> Appointment:
    rows = Appointment.objects.filter(entity_id=find_account(arguments).entity_id)
    row = rows.filter(pk=arguments.appointment).first()
    if row is None:
        raise AccessRefusedError(
            RefusalReason.UNKNOWN,
            f"The company has no appointment {arguments.appointment}.",
            next_step="`guichet account show` tells the numbers.",
        )
    return row


def _user(arguments: Namespace) -> UserAccount:
    rows = UserAccount.objects.filter(entity_id=find_account(arguments).entity_id, user_name=arguments.user)
    row = rows.first()
    if row is None:
        raise AccessRefusedError(
            RefusalReason.UNKNOWN,
            f"The company has no user {arguments.user}.",
            next_step="`guichet account show` tells the names.",
        )
    return row


def _last_day(expires_at: datetime) -> str:
    return f"{(expires_at - timedelta(seconds=1)).astimezone(BRUSSELS):%Y-%m-%d}"


ACTIONS = {
    "register": register,
    "replace-chief": replace_chief,
    "new-codes": new_codes,
    "allow-passwords": allow_passwords,
    "confirm-chief": confirm_chief,
    "refuse-chief": refuse_chief,
    **QUALITY_ACTIONS,
    "list": list_all,
    "resigned": list_resigned,
    "show": show,
    "block": block,
    "unblock": unblock,
    "suspend": suspend,
    "resume": resume,
    "close": close,
    "lapse": lapse,
}
