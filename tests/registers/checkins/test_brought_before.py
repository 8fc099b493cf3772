"""For whom somebody was brought before that was noted, as the upgrade tells it."""

from importlib import import_module

import pytest
from django.db import connection

from registers.access.models import Mandate
from registers.checkins.models import Correction, WorkPlace
from tests.checkin_items import (
    COMPANY,
    RECEIVED,
    SITE,
    a_day,
    an_event,
)
from tests.registers.checkins.bringing import (
    HOUR,
    LENT,
    TODAY,
    TOLD,
    a_part,
    bring,
    end,
)
from tests.registers.checkins.conftest import FIRM, Counter
from tests.registers.checkins.test_corrections_for_others import ASKED, ask


def tell_of_before() -> None:
    """Make all as it stood before it was noted for whom somebody was brought, and have the upgrade note it."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE checkins_presence DISABLE TRIGGER facts_stay")
        cursor.execute("UPDATE checkins_presence SET brought_for = NULL")
        cursor.execute("UPDATE checkins_correction SET brought_for = NULL")
        cursor.execute(import_module("registers.checkins.migrations.0057_brought_for_whom").TOLD)
        cursor.execute("ALTER TABLE checkins_presence ENABLE TRIGGER facts_stay")


OLDER = {name: (parts, whose) for name, (parts, whose, _) in TOLD.items() if " say " not in name}


@pytest.mark.parametrize(("give_parts", "company"), OLDER.values(), ids=OLDER)
def test_what_was_registered_before_the_upgrade_is_told_alike(
    counter: Counter, mandated, other_principal, give_parts, company
):
    give_parts()
    row = bring(counter, a_day(**LENT))
    own = bring(counter, a_day())
    end(mandated)
    tell_of_before()
    for one in (row, own):
        one.refresh_from_db()
    assert (row.brought_for, own.brought_for) == (company, None)


@ASKED
def test_requests_from_before_the_upgrade_follow(counter: Counter, mandated, is_missing: bool):
    ask(counter, FIRM, bring(counter, an_event(**LENT)), is_missing=is_missing)
    tell_of_before()
    assert Correction.objects.get().staffed_by == COMPANY


def test_nothing_from_before_the_upgrade_is_anothers_whose_mandate_came_later(counter: Counter, mandated: Mandate):
    mandated.in_force_from = RECEIVED + HOUR
    mandated.save()
    a_part(FIRM, valid_until=TODAY)
    row = bring(counter, a_day(**LENT))
    WorkPlace.objects.get(number=SITE).parties.all().delete()
    tell_of_before()
    row.refresh_from_db()
    assert row.brought_for is None
