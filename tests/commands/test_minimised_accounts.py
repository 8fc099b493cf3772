"""Names of removed users and traces of stays are kept as long as the settings say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from auth.models import Session
from commands.compose import minimise_accounts
from domain.languages import Language
from registers.access.models import UserAccount
from registers.access.user_accounts import remove_user
from registers.persons.details import name_person, read_details
from tests.registers.access.conftest import make_company, signed_in


@pytest.mark.parametrize(("years", "is_kept"), [(2, True), (1, False), (0, True)])
def test_removed_users_are_named_as_many_years_as_the_setting_says(db: None, settings, years: int, is_kept: bool):
    settings.GUICHET = replace(settings.GUICHET, keep_removed_users_years=years)
    company = make_company()
    row, ended = company.user(), datetime.now(UTC) - timedelta(days=500)
    name_person(row.person_id, family_name="Peeters", first_name="", language=Language.NL, actor="test", at=ended)
    remove_user(row.pk, by=signed_in(company.chief), at=datetime.now(UTC), sessions=company.sessions)
    UserAccount.objects.filter(pk=row.pk).update(valid_until=ended)
    minimise_accounts()

    assert bool(read_details([row.person_id])) is is_kept


@pytest.mark.parametrize(("days", "is_kept"), [(31, True), (29, False), (0, True)])
def test_traces_of_stays_are_kept_as_many_days_as_the_setting_says(db: None, settings, days: int, is_kept: bool):
    settings.GUICHET = replace(settings.GUICHET, keep_session_traces_days=days)
    ended = datetime.now(UTC) - timedelta(days=30)
    instants = dict.fromkeys(("created_at", "last_seen_at", "expires_at", "ended_at"), ended)
    Session.objects.create(id_hash=b"h" * 32, address="192.0.2.7", agent="a browser", **instants)
    minimise_accounts()

    assert (Session.objects.get().agent == "a browser") is is_kept
