"""Codes that waited when those of main access managers became a kind of their own (decision 0050)."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps

from auth.models import TemporaryCredential
from tests.auth.builders import NOON, a_login

MIGRATION = importlib.import_module("auth.migrations.0012_codes_of_chiefs")
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
        login=a_login(), encoded="-", issued_at=NOON, expires_at=NOON + timedelta(days=30), **told
    )
    MIGRATION.tell_them_apart(apps, None)
    row.refresh_from_db()
    assert row.kind == kind
