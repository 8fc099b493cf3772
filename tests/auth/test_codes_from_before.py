"""Codes that waited when those of main access managers became a kind of their own (decision 0050)."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from auth.models import Login, TemporaryCredential
from domain.access.actors import Actor
from domain.access.qualities import Quality
from registers.access.entity_accounts import register_account
from tests.auth.builders import NOON, a_login, a_person, an_entity

MIGRATION = importlib.import_module("auth.migrations.0012_codes_of_chiefs")
NAMING = importlib.import_module("auth.migrations.0013_keys_of_one_company")
KINDS = {
    "an operator's that wait": ({}, "CHIEF"),
    "an operator's that were used up": ({"state": "CONSUMED", "ended_at": NOON}, "ACTIVATION"),
    "an officer's": ({"issued_by": "login:3"}, "ACTIVATION"),
    "a file's": ({"kind": "INVITATION"}, "INVITATION"),
}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("deviation", "kind"), KINDS.values(), ids=KINDS)
def test_codes_that_wait_are_of_a_caller_where_an_operator_sent_them(deviation: dict[str, object], kind: str):
    told = {"kind": "ACTIVATION", "state": "ISSUED", "issued_by": "operator"} | deviation
    row = TemporaryCredential.objects.create(
        login=a_login(), company=an_entity(), encoded="-", issued_at=NOON, expires_at=NOON + timedelta(days=30), **told
    )
    MIGRATION.tell_them_apart(apps, None)
    row.refresh_from_db()
    assert row.kind == kind


@pytest.mark.parametrize("is_chief", [True, False], ids=["of a chief", "of nobody's chief"])
def test_codes_of_a_chief_that_wait_learn_his_company_or_are_void(is_chief: bool):
    login, person, company = a_login(), a_person(), an_entity()
    Login.objects.filter(pk=login.pk).update(person=person)
    if is_chief:
        register_account(
            company, chief_id=person.pk, quality=Quality.EMPLOYER, by=Actor.legal_representative(), at=NOON
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE access_control_temporarycredential DROP CONSTRAINT temporary_credential_of_chief_names_company"
        )
    row = TemporaryCredential.objects.create(
        login=login,
        kind="CHIEF",
        encoded="-",
        issued_by="operator",
        issued_at=NOON,
        expires_at=NOON + timedelta(days=30),
    )
    NAMING.name_companies(apps, None)
    row.refresh_from_db()

    assert (row.company_id, row.state) == ((company.pk, "ISSUED") if is_chief else (None, "REVOKED"))
