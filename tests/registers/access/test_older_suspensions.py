"""Since when an account is suspended that was so before it was kept: the audit trail tells."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.models import F

from domain.access.actors import Actor
from registers.access.entity_accounts import resume_account, suspend_account
from registers.access.models import EntityAccount
from tests.registers.access.conftest import NOON, Company, make_company

pytestmark = pytest.mark.django_db
MIGRATION = import_module("registers.access.migrations.0019_suspended_as_the_trail_tells")
OPERATOR, DAY = Actor.operator(), timedelta(days=1)


def suspend(company: Company, days: int) -> None:
    suspend_account(company.id, by=OPERATOR, at=NOON + days * DAY, reason="fraud", sessions=company.sessions)


def migrate() -> None:
    """Migrate accounts that were taken for suspended since they were activated."""
    EntityAccount.objects.filter(state="SUSPENDED").update(suspended_at=F("activated_at"))
    with connection.cursor() as cursor:
        cursor.execute(MIGRATION.TOLD)


def test_an_account_is_suspended_since_the_last_suspension_that_the_trail_tells(company: Company):
    suspend(company, 1)
    resume_account(company.id, by=OPERATOR, at=NOON + 2 * DAY)
    suspend(company, 3)
    suspend(make_company("0400767772"), 4)
    migrate()

    assert EntityAccount.objects.get(entity_id=company.id).suspended_at == NOON + 3 * DAY


def test_an_account_whose_suspension_the_trail_does_not_tell_is_suspended_since_its_activation(company: Company):
    suspend(make_company("0400767772"), 4)
    EntityAccount.objects.filter(entity_id=company.id).update(state="SUSPENDED", suspended_at=F("activated_at"))
    migrate()

    account = EntityAccount.objects.get(entity_id=company.id)
    assert account.suspended_at == account.activated_at
