"""A file blocks for itself whom the counter had blocked because he did not come; what was answered before that counts."""

from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection

from evidence.models import AuditEvent
from registers.access.models import StandingChange, UserAccount
from tests.access_files import ANN, a_declaration, the_user
from tests.counter_bench import NOON
from tests.ingest.access.conftest import Firm, codes, results

UPGRADE = import_module("registers.access.migrations.0020_blocked_by_file_for_want_of_use_before")
BLOCK = a_declaration(the_user(), action="BLOCK", reason="SECURITY")


def an_unused_account(firm: Firm, *, since: datetime) -> UserAccount:
    """Return the account of Ann as the upkeep leaves it."""
    row = UserAccount.objects.filter(person_id=firm.person(ANN)).first() or firm.user(ANN)
    UserAccount.objects.filter(pk=row.pk).update(state="BLOCKED", block_reason="UNUSED", blocked_by="PLATFORM")
    StandingChange.objects.create(
        environment="R", account=row, state="BLOCKED", at=since, actor="platform", source="PLATFORM", reason="UNUSED"
    )
    return row


def test_a_file_makes_a_block_for_want_of_use_the_companys_own(firm: Firm):
    row = an_unused_account(firm, since=NOON)
    answers = firm.declare(BLOCK)

    assert (results(answers), codes(answers)) == (["1"], [])
    row.refresh_from_db()
    assert (row.state, row.blocked_by, row.block_reason) == ("BLOCKED", "COMPANY", "SECURITY")
    assert AuditEvent.objects.filter(action="user:blocked", detail__account=row.pk).count() == 1
    assert StandingChange.objects.filter(account=row, state="BLOCKED").latest("pk").reason == "SECURITY"
    assert codes(firm.declare(BLOCK, reference="R-2")) == ["042"]


@pytest.mark.parametrize(("since", "blocked_by"), [(timedelta(days=-1), "COMPANY"), (timedelta(days=1), "PLATFORM")])
def test_a_file_that_changed_nothing_before_the_upgrade_keeps_him_blocked(
    firm: Firm, since: timedelta, blocked_by: str
):
    """The second was let go on after that file, and blocked for want of use once more."""
    row = firm.user(ANN)
    UserAccount.objects.filter(pk=row.pk).update(state="BLOCKED", blocked_by="COMPANY")
    assert codes(firm.declare(BLOCK)) == ["042"]
    an_unused_account(firm, since=NOON + since)
    with connection.cursor() as cursor:
        cursor.execute(UPGRADE.OWN)

    row.refresh_from_db()
    assert (row.state, row.blocked_by) == ("BLOCKED", blocked_by)
