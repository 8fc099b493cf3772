"""What is prepared of a plain start before it is filed, and finished afterwards, is what the register would have told."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.brussels import brussels_date
from domain.findings import Location
from domain.languages import Language
from domain.student_declarations import Address, ControlCards, FormHeader, PlaceOfWork, Reference, UserFirm
from domain.tickets import Ticket
from ingest.prepared_forms import finish, prepare
from ingest.render_notification import render_form
from registers.student_days.set_filing import Opened
from tests.registers.conftest import NOON, OTHER, Filer, a_form, an_action, filer, keys, make_employers

__all__ = ["filer", "keys", "make_employers"]

PLACE = PlaceOfWork("Branch <1> & more", Address("Kouter", "12", None, "9000", "Gent", "150"))
USER = UserFirm("XXX", "Fruit & Co", None, PLACE.address)
STARTS = {
    "as plain as can be": {},
    "with a workplace": {"place_of_work": PLACE},
    "with a workplace without an address": {"place_of_work": PlaceOfWork("Branch", None)},
    "with cards": {"cards": ControlCards("1", "2"), "joint_commission": "124"},
    "for a user by number": {"using_employer": "0400767772", "joint_commission": "322"},
    "for a user by name": {"using_employer": "Fruit & Co", "joint_commission": "322"},
    "for a user as it was declared": {"using_employer": "Fruit & Co", "joint_commission": "322", "user_firm": USER},
    "with a sub entity": {"sub_entity": "0000000012"},
    "without a joint commission": {"joint_commission": None},
    "for an employer with a mandate": {"employer": OTHER},
    "beyond the contingent": {"planned_hours": 700},
    "in a year with another limit": {"starting_date": date(2027, 7, 1), "ending_date": date(2027, 7, 31)},
}


@pytest.mark.parametrize("language", [Language.NL, Language.EN])
@pytest.mark.parametrize("received_at", [NOON, datetime(2026, 7, 10, tzinfo=UTC)], ids=["in time", "late"])
@pytest.mark.parametrize("deviation", STARTS.values(), ids=STARTS)
@pytest.mark.parametrize("late_also_369", [False, True])
def test_a_finished_text_is_that_of_the_register(
    filer: Filer, deviation: dict, received_at: datetime, language: Language, late_also_369: bool
):
    action = an_action(**deviation)
    (result,) = filer(action, at=received_at, late_also_369=late_also_369)
    period = result.impact.period
    form = replace(
        a_form(action),
        header=FormHeader("DIMONA", "2026-07-01", "09:12:44.120", "0", "SU"),
        references=(Reference("1", "1", "<R&D>"),),
        line=7,
        position=3,
    )
    expected = replace(
        result,
        header=form.header,
        references=form.references,
        findings=tuple(replace(finding, location=Location(line=7, indexes="1,3")) for finding in result.findings),
    )
    prepared = prepare(
        form,
        ticket=result.ticket,
        received_on=brussels_date(received_at),
        late_also_369=late_also_369,
        language=language,
    )
    is_late = any(finding.code == "90373-460" for finding in result.findings)
    granted = 0 if is_late else min(action.planned_hours, 650)

    opened = Opened(int(period.period_id), granted)
    told = finish(prepared, opened, language=language, place=lambda finding: finding)
    assert told == render_form(expected, language=language)


def test_a_form_that_was_filed_under_another_ticket_is_told_with_that_one():
    first, second = "0000000000001", "0000000000002"
    texts = [
        finish(
            prepare(
                a_form(an_action()),
                ticket=Ticket.parse(drawn),
                received_on=brussels_date(NOON),
                late_also_369=False,
                language=Language.EN,
            ),
            Opened(97, 100, filed_under),
            language=Language.EN,
            place=lambda finding: finding,
        ).text
        for drawn, filed_under in ((first, None), (second, first))
    ]

    assert texts[0] == texts[1]
    assert first in texts[0]
