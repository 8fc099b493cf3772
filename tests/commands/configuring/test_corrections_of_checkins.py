"""`guichet checkins`: requests for corrections listed, shown, looked into and decided by an operator at the machine."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from auth.models import Login, LoginState, OperatorRole
from auth.operators import end_roles, give_role
from domain.environments import Environment
from evidence.models import AuditEvent
from registers.checkins.evidence_of_corrections import note_evidence
from registers.checkins.models import Correction, Presence
from tests.checkin_items import BADGE_LOG, COMPANY, RECEIVED, a_correction, a_request_for_a_missing_event, an_event
from tests.commands.configuring.hand_ins import Run
from tests.registers.checkins.conftest import Counter, counter, keys

__all__ = ["counter", "keys"]
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def operator(counter: Counter) -> Login:
    login = Login.objects.create(user_name="an.maes", created_at=RECEIVED, state=LoginState.ACTIVE)
    give_role(login, OperatorRole.SUPPORT, at=RECEIVED, actor="test")
    return login


@pytest.fixture
def number(counter: Counter) -> str:
    (event,) = counter(an_event())
    (taken,) = counter(a_correction(registration_id=event.registration.id, corrected_at=RECEIVED - HOUR))
    facts = {"owner": COMPANY, "environment": Environment.PRODUCTION, "media_type": "pdf", "size": 9}
    note_evidence(BADGE_LOG.sha256, **facts, at=RECEIVED + HOUR)
    return str(taken.correction_id)


def test_a_request_is_shown_with_its_reason_and_where_its_documents_lie(run: Run, number: str):
    assert number in run("checkins corrections")[1]
    code, told = run(f"checkins show {number}")
    assert code == 0
    assert "The badge reader was an hour slow." in told
    assert "badge-log.pdf: " in told
    assert "checkin-evidence" in told


def test_a_request_is_looked_into_and_accepted(run: Run, number: str):
    assert run(f"checkins take-up {number} --by an.maes") == (0, f"{number} is under review\n")
    assert "SUBMITTED" not in run("checkins corrections")[1]
    code, told = run(f"checkins accept {number} --by an.maes", "--note", "The badge log says so.")
    assert (code, "has a new version" in told) == (0, True)
    assert [row.status for row in Presence.objects.order_by("version")] == ["SUPERSEDED", "REGISTERED"]
    assert "The badge log says so." in run(f"checkins show {number}")[1]


def test_a_missing_event_that_is_accepted_is_said_to_be_new(run: Run, counter: Counter):
    (taken,) = counter(a_request_for_a_missing_event(corrected_at=RECEIVED - HOUR))
    Correction.objects.update(state="SUBMITTED")
    assert "was missing and is new" in run(f"checkins accept {taken.correction_id} --by an.maes")[1]


def test_instants_are_told_in_brussels(run: Run, number: str):
    assert "2026-11-23T05:04:12+01:00" in run(f"checkins show {number}")[1]
    assert "2026-11-23T05:04:12+01:00" in run("checkins corrections")[1]


@pytest.mark.parametrize("action", ["accept", "reject"])
def test_a_note_that_is_too_long_is_refused_in_a_sentence(run: Run, number: str, action: str):
    code, told = run(f"checkins {action} {number} --by an.maes", "--note", "y" * 501)
    assert (code, "A note has at most 500 characters, this one has 501." in told) == (1, True)
    assert Correction.objects.get().state == "SUBMITTED"
    assert Presence.objects.count() == 1


def test_a_rejection_wants_a_reason(run: Run, number: str):
    code, told = run(f"checkins reject {number} --by an.maes")
    assert (code, "A rejection needs a reason." in told) == (1, True)
    assert run(f"checkins reject {number} --by an.maes", "--note", "Another day.") == (0, f"{number} is rejected\n")
    assert Correction.objects.get().state == "REJECTED"


@pytest.mark.parametrize("command", ["show C-20261123-0000001", "accept C-20261123-0000001 --by an.maes"])
def test_a_request_that_there_is_not_is_told(run: Run, command: str):
    code, told = run(f"checkins {command}")
    assert (code, "There is no request C-20261123-0000001." in told) == (1, True)


def deciders(number: str) -> dict[str, str]:
    told = AuditEvent.objects.filter(action__startswith="correction:", detail__correction=number)
    return {event.action: event.actor for event in told}


@pytest.mark.parametrize(("action", "told"), [("accept", "accepted"), ("reject", "rejected")])
def test_the_audit_trail_names_who_decides(run: Run, number: str, operator: Login, action: str, told: str):
    run(f"checkins take-up {number} --by an.maes")
    run(f"checkins {action} {number} --by an.maes", "--note", "Another day.")

    actors = deciders(number)
    by = f"login:{operator.pk}"
    assert (actors["correction:taken-up"], actors[f"correction:{told}"]) == (by, by)
    assert Correction.objects.get().decided_by == by


@pytest.mark.parametrize("action", ["take-up", "accept", "reject"])
def test_an_operator_does_not_decide_on_what_is_about_himself(run: Run, number: str, operator: Login, action: str):
    operator.person_id = Correction.objects.get().person_id
    operator.save()
    words = [] if action == "take-up" else ["--note", "Another day."]
    code, told = run(f"checkins {action} {number} --by an.maes", *words)
    assert (code, "is about the same person" in told) == (1, True)
    assert Correction.objects.get().state == "SUBMITTED"


def a_login(state: LoginState = LoginState.ACTIVE) -> Login:
    return Login.objects.create(user_name="jan.janssens", created_at=RECEIVED, state=state)


def no_login() -> None:
    pass


def one_who_was_operator() -> None:
    login = a_login()
    give_role(login, OperatorRole.SUPPORT, at=RECEIVED, actor="test")
    end_roles(login, at=RECEIVED, actor="test")


def a_blocked_operator() -> None:
    give_role(a_login(LoginState.BLOCKED), OperatorRole.SUPPORT, at=RECEIVED, actor="test")


def an_invited_operator() -> None:
    give_role(a_login(LoginState.INVITED), OperatorRole.SUPPORT, at=RECEIVED, actor="test")


@pytest.mark.parametrize(
    ("whoever", "reason"),
    [
        (no_login, "There is no operator 'jan.janssens'."),
        (a_login, "There is no operator 'jan.janssens'."),
        (one_who_was_operator, "There is no operator 'jan.janssens'."),
        (a_blocked_operator, "The operator jan.janssens is blocked."),
        (an_invited_operator, "The operator jan.janssens has not activated the login yet."),
    ],
)
def test_who_is_no_operator_decides_on_nothing(run: Run, number: str, whoever: Callable[[], object], reason: str):
    whoever()
    code, told = run(f"checkins accept {number} --by jan.janssens")
    assert (code, reason in told) == (1, True)
    assert Correction.objects.get().state == "SUBMITTED"
