"""`guichet account` as an operator types it: first chiefs, their codes on two ways, and who has what."""

import re
from datetime import timedelta

import pytest
from django.conf import settings

from auth.locksmith import Locksmith
from auth.models import Login, TemporaryCredential, TemporaryCredentialState
from commands.company_accounts.upkeep import keep_up
from correspondence.models import Carrier, EboxDocument, EboxKind, OutboxMessage
from domain.access.actors import Actor
from domain.access.roles import Role
from domain.access.states import AppointmentState, EntityAccountState
from domain.brussels import BRUSSELS
from domain.environments import Environment
from evidence.clock import SystemClock
from evidence.models import AuditEvent
from registers.access.appointing import accept, confirm, propose_replacement
from registers.access.entity_accounts import activate_account
from registers.access.models import Appointment, EntityAccount, UserAccount
from registers.access.resigning import resign
from registers.persons.details import create_person
from registers.persons.models import PersonDetails, PersonIdentifier
from registers.persons.numbers import PersonKeys
from tests.commands.configuring.hand_ins import Run
from tests.registers.access.conftest import Company

COMPANY, OTHER_COMPANY, NUMBER = "0412345614", "0400767772", "05071400153"
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _keys() -> None:
    keys = settings.GUICHET.home / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    for name, content in (("persons.json", PersonKeys.generate), ("signing_in.json", Locksmith.generate)):
        if not (keys / name).exists():
            (keys / name).write_text(content(), encoding="ascii")


def register(run: Run, *more: str, company: str = COMPANY) -> tuple[int, str]:
    words = f"account register {company} --family-name Peeters --first-name An --mobile 0470123456 --language nl"
    return run(words, "--name", "Bakkerij", "--mail", "an@example.be", *more)


def chief() -> Appointment:
    return Appointment.objects.filter(role=Role.CHIEF).latest("pk")


def active_company() -> Company:
    account, row = EntityAccount.objects.get(), chief()
    activate_account(account.entity_id, by=Actor.person(row.person_id, level=500), at=SystemClock().now())
    return Company(account.entity, row.person_id)


def test_user_name_goes_by_mail_and_password_by_text_message(run: Run, say):
    say(f"{NUMBER}\n")
    code, told = register(run)

    assert code == 0
    assert "state REGISTERED" in told
    user_name = re.search(r"user name (\S+) sent", told)[1]
    mail, text = OutboxMessage.objects.order_by("pk")
    assert (mail.carrier, mail.recipient, text.carrier, text.recipient) == (
        Carrier.MAIL,
        "an@example.be",
        Carrier.TEXT_MESSAGE,
        "+32470123456",
    )
    password = text.body.rsplit(" ", 1)[1]
    assert user_name in mail.body
    assert "Bakkerij (0412345614)" in mail.body
    assert password not in mail.body
    assert user_name not in text.body
    assert not any(secret in told for secret in (password, NUMBER, "Peeters"))


@pytest.mark.parametrize("more", [(), ("--without-number",)], ids=["with a number", "without one"])
def test_codes_of_a_chief_name_his_company_and_where_they_count_is_told(run: Run, say, more: tuple[str, ...]):
    say(NUMBER)
    _code, told = register(run, *more)
    _code, again = run(f"account new-codes {COMPANY} --reason", "asked by telephone")

    company = EntityAccount.objects.get().entity_id
    assert set(TemporaryCredential.objects.values_list("kind", "company")) == {("CHIEF", company)}
    here_alone = "count for this company alone"
    assert (here_alone in told, here_alone in again) == (not more, not more)


@pytest.mark.parametrize("is_active", [False, True], ids=["before the activation", "after it"])
def test_new_contacts_are_told_where_the_chief_was_reached_before(run: Run, say, is_active: bool):
    say(NUMBER)
    register(run)
    if is_active:
        active_company()
    OutboxMessage.objects.all().delete()
    changed = ("--mail", "elsewhere@example.org", "--mobile", "+32 470 99 99 99")
    assert run(f"account new-codes {COMPANY} --reason", "asked by telephone", *changed)[0] == 0

    told = OutboxMessage.objects.filter(recipient__in=["an@example.be", "+32470123456"]).order_by("pk")
    assert list(told.values_list("carrier", "recipient", "subject")) == [
        (Carrier.TEXT_MESSAGE, "+32470123456", ""),
        (Carrier.MAIL, "an@example.be", "Uw gsm-nummer is gewijzigd"),
        (Carrier.MAIL, "an@example.be", "Uw e-mailadres is gewijzigd"),
    ]
    assert not any("elsewhere" in letter.body or "9999" in letter.body for letter in told)


def test_new_codes_tell_where_they_go_and_whether_the_chief_ever_read_there(run: Run, say):
    say(NUMBER)
    register(run)
    PersonDetails.objects.update(email_verified_at=SystemClock().now())
    code, told = run(f"account new-codes {COMPANY} --reason", "asked by telephone")

    today = f"{SystemClock().now().astimezone(BRUSSELS):%Y-%m-%d}"
    assert code == 0
    assert f"user name to a***@example.be, verified on {today}\n" in told
    assert f"password to +32***56, not verified, entered on {today}: ask the person" in told
    assert not any(whole in told for whole in ("an@example.be", "470123456"))
    letter = OutboxMessage.objects.filter(subject="Uw gebruikersnaam bij Guichet").latest("pk")
    assert f"{settings.GUICHET.web.public_url.rstrip('/')}/activate" in letter.body


def test_no_codes_go_to_a_chief_of_a_company_without_passwords(run: Run, say):
    say(NUMBER)
    register(run)
    active_company()
    EntityAccount.objects.update(is_password_login_allowed=False)
    words = f"account replace-chief {COMPANY} --reason asked --without-number --family-name Diaz --mobile +34600000000"
    code, told = run(words, "--first-name", "Ana", "--mail", "ana@example.es", "--language", "fr")
    assert code != 0
    assert "codes would open nothing" in told
    assert not Appointment.objects.filter(state="PROPOSED").exists()


def test_a_chief_who_switched_passwords_off_and_lost_his_keys_gets_codes_again(run: Run, say):
    say(NUMBER)
    register(run)
    active_company()
    EntityAccount.objects.update(is_password_login_allowed=False)
    refused = run(f"account new-codes {COMPANY} --reason asked")
    told = run(f"account allow-passwords {COMPANY} --reason asked")
    again = run(f"account allow-passwords {COMPANY} --reason asked")

    assert refused[0] != 0
    assert "guichet account allow-passwords" in refused[1]
    assert told == (0, "Bakkerij lets its people sign in with a password again\n")
    assert again[1].startswith("nothing changed")
    assert run(f"account new-codes {COMPANY} --reason asked")[0] == 0


def test_nothing_on_record_tells_the_person(run: Run, say):
    say(NUMBER)
    register(run)
    details = "".join(str(event.detail) for event in AuditEvent.objects.all())
    assert not any(word in details for word in (NUMBER, "Peeters", "example.be", "470123456"))


def test_chief_without_a_belgian_number_is_entered_without_one(run: Run, say):
    say("nothing is read")
    assert register(run, "--without-number")[0] == 0
    assert not PersonIdentifier.objects.exists()
    assert PersonDetails.objects.get().family_name == "Peeters"


def test_chief_with_strong_keys_gets_no_codes(run: Run, say):
    say(NUMBER)
    code, told = register(run, "--without-codes")
    assert (code, "no codes sent" in told) == (0, True)
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    ("text", "more", "complaint"),
    [
        ("05071400154", (), "Standard input does not hold a national number"),
        ("", (), "Standard input does not hold a national number"),
        (NUMBER, ("--mail", "an"), "This is no e-mail address."),
        (NUMBER, ("--mobile", "12"), "This is no mobile number."),
        (NUMBER, ("--family-name", " "), "The family name is missing."),
        (NUMBER, ("--user", "x"), "A user name has 3 to 64"),
    ],
)
def test_wrong_word_registers_nothing(run: Run, say, text: str, more: tuple[str, ...], complaint: str):
    say(text)
    code, told = register(run, *more)
    assert (code, complaint in told) == (1, True)
    assert not EntityAccount.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_company_is_registered_once(run: Run, say):
    say(NUMBER)
    register(run)
    say(NUMBER)
    code, told = register(run)
    assert (code, "has an account already" in told) == (1, True)


def test_new_codes_need_a_reason_and_void_the_old_ones(run: Run, say):
    say(NUMBER)
    register(run)
    code, told = run(f"account new-codes {COMPANY} --reason", "asked by telephone", "--mobile", "+32 470 99 99 99")

    assert code == 0
    assert "new codes sent" in told
    assert list(TemporaryCredential.objects.order_by("pk").values_list("state", flat=True)) == [
        TemporaryCredentialState.REVOKED,
        TemporaryCredentialState.ISSUED,
    ]
    assert OutboxMessage.objects.latest("pk").recipient == "+32470999999"
    assert AuditEvent.objects.get(action="account:activation:renewed").detail["reason"] == "asked by telephone"
    assert run(f"account new-codes {COMPANY} --reason", "two\nlines")[0] == 1


def test_chief_who_lost_his_keys_gets_new_codes_and_stays_chief(run: Run, say):
    say(NUMBER)
    register(run, "--without-codes")
    company = active_company()
    code, told = run(f"account new-codes {COMPANY} --reason", "lost the card, called back")
    assert (code, "new codes sent" in told) == (0, True)
    assert OutboxMessage.objects.count() == 2
    assert AuditEvent.objects.get(action="account:chief:reset").detail["entity"] == company.id
    assert EntityAccount.objects.get().state == EntityAccountState.ACTIVE


def test_list_and_show_tell_who_has_what(run: Run, say):
    say(NUMBER)
    register(run)
    company = active_company()
    user = company.user(at=SystemClock().now())

    assert re.search(rf"{COMPANY}\s+Bakkerij\s+ACTIVE", run("account list")[1])
    told = run(f"account show {COMPANY}")[1]
    assert re.search(r"CHIEF \(all\)\s+An Peeters\s+ACTIVE", told)
    assert re.search(rf"{user.user_name}\s+person {user.person_id}\s+ACTIVE", told)
    assert NUMBER not in told
    yesterday = f"{SystemClock().now() - DAY:%Y-%m-%d}"
    assert "CHIEF" not in run(f"account show {COMPANY} --quality EMPLOYER --at {yesterday}")[1]
    alone = run(f"account show {COMPANY} --user {user.user_name}")[1]
    assert user.user_name in alone
    assert "CHIEF" not in alone
    assert run(f"account show {COMPANY} --user NOBODY")[0] == 1


def test_user_is_blocked_and_unblocked(run: Run, say):
    say(NUMBER)
    register(run)
    user = active_company().user(at=SystemClock().now())
    block = f"account block {COMPANY} --user {user.user_name} --reason"

    assert run(block, "lost telephone") == (
        0,
        f"user {user.user_name} is blocked; account and rights are kept, sessions are ended\n",
    )
    assert "nothing changed" in run(block, "again")[1]
    assert run(f"account unblock {COMPANY} --user {user.user_name}")[0] == 0
    assert UserAccount.objects.get().state == "ACTIVE"


def test_manager_is_blocked_by_the_number_of_his_appointment(run: Run, say):
    say(NUMBER)
    register(run)
    helper = active_company().appoint(Role.CO_CHIEF, at=SystemClock().now())
    assert run(f"account block {COMPANY} --appointment {helper.pk} --reason asked")[0] == 0
    assert run(f"account unblock {COMPANY} --appointment {helper.pk}")[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        "show 0400767772",
        f"show {COMPANY}x",
        f"block {COMPANY} --user U0 --reason asked",
        f"block {COMPANY} --appointment 0 --reason asked",
        f"confirm-chief {COMPANY}",
        f"resume {COMPANY}",
    ],
)
def test_what_is_not_there_is_refused_with_a_next_step(run: Run, say, words: str):
    say(NUMBER)
    register(run)
    code, told = run(f"account {words}")
    assert code == 1
    assert len(told.splitlines()) == 2


def test_chief_is_replaced_by_the_legal_representative(run: Run, say):
    say(NUMBER)
    register(run)
    active_company()
    say("")
    code, told = run(
        f"account replace-chief {COMPANY} --reason asked --without-number --family-name Diaz --mobile +34600000000",
        "--mail",
        "diaz@example.es",
    )
    assert (code, "the present one stays" in told) == (0, True)
    row = chief()
    accept(row.pk, by=Actor.person(row.person_id, level=500), at=SystemClock().now())
    assert Appointment.objects.get(role=Role.CHIEF, state=AppointmentState.ACTIVE).person_id == row.person_id


def test_who_resigned_is_listed_with_what_is_to_be_done(run: Run, say):
    say(NUMBER)
    register(run)
    active_company()
    assert run("account resigned") == (0, "no main access manager waits to be replaced\n")

    row, now = chief(), SystemClock().now()
    by = Actor.person(row.person_id, level=500)
    resign(row.entity_id, by=by, at=now)
    assert "guichet account replace-chief" in run("account resigned")[1]

    other = create_person(Environment.PRODUCTION, at=now)
    proposed = propose_replacement(row.entity_id, person_id=other, by=by, at=now)
    assert "guichet account confirm-chief" in run("account resigned")[1]
    confirm(proposed.pk, by=Actor.legal_representative(), at=now)
    assert "to be accepted until" in run("account resigned")[1]


@pytest.mark.parametrize(("action", "state"), [("confirm-chief", "PROPOSED"), ("refuse-chief", "DECLINED")])
def test_proposal_of_the_chief_is_answered(run: Run, say, action: str, state: str):
    say(NUMBER)
    register(run)
    company = active_company()
    row = propose_replacement(
        company.id,
        person_id=company.user(at=SystemClock().now()).person_id,
        by=Actor.person(company.chief, level=500),
        at=SystemClock().now(),
    )
    assert run(f"account {action} {COMPANY}")[0] == 0
    row.refresh_from_db()
    assert row.state == state


def test_account_is_suspended_resumed_and_closed(run: Run, say):
    say(NUMBER)
    register(run)
    active_company()
    for action, state in (("suspend", "SUSPENDED"), ("resume", "ACTIVE"), ("close", "CLOSED")):
        reason = () if action == "resume" else ("--reason", "asked by the inspection")
        assert run(f"account {action} {COMPANY}", *reason)[0] == 0
        assert EntityAccount.objects.get().state == state


def test_upkeep_reminds_twice_and_lapses(run: Run, say):
    say(NUMBER)
    register(run)
    begun = EntityAccount.objects.get().codes_issued_at
    reminded = []
    for day in range(33):
        keep_up(at=begun + day * DAY)
        if EboxDocument.objects.filter(kind=EboxKind.ACTIVATION_LAPSES).count() > len(reminded):
            reminded.append(day)
    letters = OutboxMessage.objects.filter(subject="Uw activering wacht").order_by("written_at")
    assert reminded == [20, 27]
    assert [(letter.written_at - begun).days for letter in letters] == [20, 27]
    assert {letter.recipient for letter in letters} == {"an@example.be"}
    assert EntityAccount.objects.get().state == EntityAccountState.ACTIVATION_EXPIRED
    assert "lapsed: 0" in run("account lapse")[1]


def test_every_login_of_a_chief_is_named(run: Run, say):
    say(NUMBER)
    assert register(run, "--user", "an.peeters")[0] == 0
    assert Login.objects.get().user_name == "an.peeters"
