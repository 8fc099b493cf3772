"""`guichet logins`: an operator sees how a person signs in, blocks it at once, takes that away, lifts a lock."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from auth.models import DigitalKey, Login, LoginState, Session
from commands.__main__ import main
from domain.environments import Environment
from evidence.models import AuditEvent
from registers.persons.numbers import PersonDirectory, PersonKeys
from tests.commands.configuring.hand_ins import Run
from tests.portal.somebody import a_person, a_stay

pytestmark = pytest.mark.django_db
NUMBER = "85073003328"


@pytest.fixture
def login() -> Login:
    return a_person("els.peeters")[1]


@pytest.fixture
def password(login: Login) -> DigitalKey:
    now = datetime.now(UTC)
    return DigitalKey.objects.create(
        login=login,
        means="PASSWORD",
        state="ACTIVE",
        enrolled_level=500,
        created_at=now,
        locked_until=now + timedelta(minutes=15),
    )


def test_a_login_is_shown_with_its_keys_its_lock_and_its_sessions(run: Run, login: Login, password: DigitalKey):
    a_stay(login)
    code, told = run("logins show --user Els.Peeters")

    assert code == 0
    assert "state     ACTIVE" in told
    assert "PASSWORD ACTIVE, locked until " in told
    assert "sessions  1" in told


def test_a_locked_temporary_password_is_shown_and_its_lock_lifted(run: Run, login: Login):
    now = datetime.now(UTC)
    codes = login.temporary_credentials.create(
        kind="ACTIVATION",
        encoded="-",
        issued_by="operator",
        issued_at=now,
        expires_at=now + timedelta(days=30),
        locked_until=now + timedelta(minutes=15),
    )
    _, told = run("logins show --user els.peeters")
    run("logins unlock --user els.peeters")

    codes.refresh_from_db()
    assert "codes     ACTIVATION ISSUED, locked until " in told
    assert codes.locked_until is None


def test_a_block_ends_the_sessions_and_is_recorded_with_its_reason(run: Run, login: Login):
    a_stay(login)
    code, told = run("logins block --user els.peeters --reason", "asked by telephone, about 05.07.14-001.53")

    login.refresh_from_db()
    assert (code, login.state) == (0, LoginState.BLOCKED)
    assert "sessions ended: 1" in told
    assert not Session.objects.filter(ended_at__isnull=True).exists()
    assert (
        AuditEvent.objects.get(action="account:login:blocked").detail["reason"] == "asked by telephone, about [number]"
    )


def test_a_block_is_taken_away(run: Run, login: Login, password: DigitalKey):
    run("logins block --user els.peeters --reason lost")
    code, _ = run("logins unblock --user els.peeters --reason found")

    login.refresh_from_db()
    assert (code, login.state) == (0, LoginState.ACTIVE)
    assert AuditEvent.objects.get(action="account:login:unblocked").detail["reason"] == "found"


def test_a_lock_is_lifted_once(run: Run, password: DigitalKey):
    told = [run("logins unlock --user els.peeters")[1] for _ in range(2)]

    password.refresh_from_db()
    assert password.locked_until is None
    assert "at once" in told[0]
    assert "nothing changed" in told[1]


def test_a_person_is_found_by_the_number_on_standard_input(run: Run, login: Login, monkeypatch: pytest.MonkeyPatch):
    settings.KEYS.mkdir(parents=True, exist_ok=True)
    if not (settings.KEYS / "persons.json").exists():
        (settings.KEYS / "persons.json").write_text(PersonKeys.generate(), encoding="ascii")
    directory = PersonDirectory(PersonKeys.read(settings.KEYS / "persons.json"), environment=Environment.PRODUCTION)
    directory.add_number(NUMBER, person_id=login.person_id, at=datetime.now(UTC))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{NUMBER}\n"))

    code, told = run("logins show")

    assert code == 0
    assert "els.peeters" in told
    assert NUMBER not in told


def test_a_login_is_named_without_an_option_too(run: Run, login: Login):
    assert run("logins show Els.Peeters") == run("logins show --user Els.Peeters")
    assert run("logins block els.peeters --reason lost")[0] == 0


def test_on_a_terminal_the_number_is_asked_for_and_not_shown(run: Run, login: Login, monkeypatch: pytest.MonkeyPatch):
    asked = []

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("commands.configuring.finding_people.getpass", lambda told: asked.append(told) or "12")
    code, told = run("logins show")

    assert (code, asked) == (1, ["National or bis number (not shown): "])
    assert "no national number with sound check digits" in told


def test_the_help_of_logins_shows_how_it_is_used(run: Run, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["logins", "--help"])

    told = capsys.readouterr().out
    assert "guichet logins show els.peeters" in told
    assert "end the sessions at once" in " ".join(told.split())


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("logins show --user nobody", ""),
        ("logins show", "85073003329"),
        ("logins block --user els.peeters --reason x" + "y" * 201, ""),
    ],
)
def test_what_cannot_be_done_is_told(run: Run, login: Login, monkeypatch: pytest.MonkeyPatch, words: str, typed: str):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    code, told = run(words)

    assert code == 1
    assert told.count("\n") == 2
