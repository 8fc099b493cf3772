"""What is on record of one account: found by its own indexes, page by page, and nothing of anybody else."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence.audit import append_event
from evidence.models import AuditEvent
from evidence.own_events import Subject, events_of

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
ACTIONS = ("account:login:success", "account:login:blocked", "account:email:change", "session:context")
AN = Subject("login:7", login=7, person=70)


def tell(action: str = "account:login:success", *, actor: str = "login:7", **detail: int) -> None:
    append_event(action, at=NOON, actor=actor, **detail)


@pytest.mark.parametrize(
    ("action", "actor", "detail"),
    [
        ("account:login:success", "login:7", {}),
        ("account:login:blocked", "operator:root", {"login": 7}),
        ("account:email:change", "login:8", {"person": 70}),
        ("session:context", "login:7", {"entity": 3}),
        ("account:login:success", "login:7", {"login": 7, "person": 70}),
    ],
    ids=["own deed", "another's deed to the login", "another's deed to the person", "context", "named thrice is one"],
)
def test_an_event_of_the_account_is_found_once(action, actor, detail):
    tell(action, actor=actor, **detail)

    assert [event.action for event in events_of(AN, actions=ACTIONS, most=10)] == [action]


@pytest.mark.parametrize(
    ("action", "actor", "detail"),
    [
        ("account:login:success", "login:77", {}),
        ("account:login:blocked", "login:7", {"login": 8}),
        ("account:email:change", "login:7", {"person": 71}),
        ("access-log:exported", "login:7", {}),
        ("account:logout", "login:7", {}),
    ],
    ids=["another login", "done to another login", "done to another person", "no event of accounts", "not asked for"],
)
def test_an_event_of_something_else_is_not_found(action, actor, detail):
    tell(action, actor=actor, **detail)

    assert events_of(AN, actions=ACTIONS, most=10) == []


def test_a_login_of_no_person_finds_no_event_of_persons():
    tell("account:email:change", actor="operator:root", person=70)

    assert events_of(Subject("login:7", login=7, person=None), actions=ACTIONS, most=10) == []


def test_pages_follow_each_other_without_gap_or_repeat():
    for entity in range(5):
        tell("session:context", entity=entity)
    first = events_of(AN, actions=ACTIONS, most=3)
    second = events_of(AN, actions=ACTIONS, most=3, before=first[-1].id)

    assert [event.detail["entity"] for event in [*first, *second]] == [4, 3, 2, 1, 0]


def test_each_of_the_three_lists_is_read_by_its_index():
    others = range(1_000, 4_000)
    AuditEvent.objects.bulk_create(
        AuditEvent(at=NOON, action=ACTIONS[0], actor=f"login:{one}", detail={"login": one, "person": one})
        for one in others
    )
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {AuditEvent._meta.db_table}")
        with CaptureQueriesContext(connection) as asked:
            events_of(AN, actions=ACTIONS, most=25, before=2**40)
        cursor.execute(f"EXPLAIN {asked[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert len(asked) == 1
    for index in ("audit_event_of_actor", "audit_event_of_login", "audit_event_of_person"):
        assert index in plan
