"""`guichet operator`: no default account, a first operator by a link that works once, a registrar by a national number."""

import io
import re
from datetime import UTC, datetime

import pytest
from django.conf import settings

from auth.locksmith import Locksmith
from auth.models import KeyEnrolment, Login, LoginState, Operator
from evidence.models import AuditEvent
from registers.persons.numbers import PersonKeys
from tests.commands.configuring.hand_ins import Run

pytestmark = pytest.mark.django_db
NUMBER = "85073003328"


@pytest.fixture(autouse=True)
def keys_of_signing_in() -> None:
    settings.KEYS.mkdir(parents=True, exist_ok=True)
    for name, text in (("signing_in.json", Locksmith.generate()), ("persons.json", PersonKeys.generate())):
        if not (settings.KEYS / name).exists():
            (settings.KEYS / name).write_text(text, encoding="ascii")


def test_there_is_no_operator_before_one_was_made(run: Run):
    code, told = run("operator list")

    assert (code, Login.objects.count()) == (0, 0)
    assert "guichet operator create" in told


def test_an_operator_is_made_with_a_link_that_is_shown_once(run: Run):
    code, told = run("operator create Els.Peeters")

    assert code == 0
    link = re.search(r"https://localhost:8443/first-keys/([\w-]{43})\n", told)
    assert link is not None
    login = Login.objects.get()
    assert (login.user_name, login.state, login.password) == ("els.peeters", LoginState.INVITED, "")
    assert link[1] not in str(KeyEnrolment.objects.values().get())
    assert link[1] not in str(list(AuditEvent.objects.values_list("detail", flat=True)))
    assert KeyEnrolment.objects.get().expires_at > datetime.now(UTC)


def test_an_operator_is_listed_without_a_link(run: Run):
    run("operator create els")

    _, told = run("operator list")

    assert "els" in told
    assert "SUPPORT" in told
    assert "http" not in told


def test_a_registrar_is_known_by_the_national_number_that_the_eid_shows(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{NUMBER}\n"))

    code, told = run("operator create els --registrar")

    assert code == 0
    assert NUMBER not in told
    assert set(Operator.objects.values_list("role", flat=True)) == {"SUPPORT", "REGISTRAR"}
    assert Login.objects.get().person_id is not None


@pytest.mark.parametrize("text", ["", "85073003329", "els"])
def test_a_registrar_without_a_sound_number_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))

    code, told = run("operator create els --registrar")

    assert (code, Login.objects.count()) == (1, 0)
    assert "standard input" in told


@pytest.mark.parametrize("name", ["x", "naïve"])
def test_a_name_of_another_form_makes_nobody(run: Run, name: str):
    code, _ = run("operator create", name)

    assert (code, Login.objects.count()) == (1, 0)


def test_a_name_is_given_once(run: Run):
    run("operator create els")

    code, told = run("operator create ELS")

    assert (code, Login.objects.count()) == (1, 1)
    assert "taken" in told


def test_a_new_link_ends_the_one_before(run: Run):
    run("operator create els")
    code, told = run("operator link els")

    assert code == 0
    assert "first-keys/" in told
    assert KeyEnrolment.objects.filter(ended_at__isnull=True).count() == 1


def test_an_operator_is_ended(run: Run):
    run("operator create els")

    assert run("operator end els")[0] == 0
    assert run("operator link els")[0] == 1
    assert Operator.objects.get().ended_at is not None


def test_an_inspector_looks_at_presences_and_is_no_officer(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{NUMBER}\n"))
    code, _ = run("operator create ins --inspector")
    assert code == 0
    assert [row.role for row in Operator.objects.all()] == ["INSPECTOR"]
