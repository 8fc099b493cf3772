"""Tell workers, once, that an error which they told a company of is answered by nobody there any more."""

from datetime import datetime

from correspondence.models import EboxKind
from domain.environments import Environment
from evidence.audit import append_event
from registers.checkins.error_reports import open_reports
from registers.checkins.telling import Letter, tell_persons


def tell_that_nobody_answers(company: str, *, actor: str, at: datetime) -> int:
    """Tell whoever waits for an answer of the company, whose account is closed for ever; return how many people wait.

    One letter each, whatever he told of; who has no e-Box here reads it beside what he told. The reports stay open: whoever
    takes the company over, and an inspector, may still read them.
    """
    people = sorted({*open_reports(company).values_list("person_id", flat=True)})
    if people:
        occasions = {f"check-in errors {person} told company {company} of": person for person in people}
        tell_persons(occasions, Environment.PRODUCTION, Letter(EboxKind.OWN_ERROR_UNANSWERED), at=at)
        append_event("checkin:errors:unanswered", at=at, actor=actor, company=company, people=len(people))
    return len(people)
