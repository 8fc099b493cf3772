"""File the forms of one submission in the register, all in the running transaction, in document order."""

from collections.abc import Callable, Mapping, Sequence

from django.db import connection

from domain.answers import FormResult, PeriodImpact, RegistrationImpact
from domain.identifiers import period_id
from domain.person_names import KnownName
from domain.quarters import Quarter
from domain.student_declarations import (
    DailyRegistration,
    DimonaCancel,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    EmployerId,
    JudgedForm,
)
from domain.tickets import Ticket
from registers.access.coverage import covered_entities
from registers.access.employers import DIMONA_GROUP, find_employers, read_numbers
from registers.persons.details import read_details
from registers.persons.numbers import PersonDirectory
from registers.persons.told_names import NameTold, note_told_names
from registers.student_days.context import FilingContext
from registers.student_days.contingent_rules import read_rules
from registers.student_days.daily_ledger import write_registrations
from registers.student_days.daily_records import registration_facts
from registers.student_days.decisions.deciding import decide, employer_obstacle
from registers.student_days.decisions.outcomes import Decision, Surroundings
from registers.student_days.holdings import hold_off_merging, lock_holdings
from registers.student_days.ledger import write_decisions
from registers.student_days.pending_forms import keep_forms
from registers.student_days.reach import reach_of
from registers.student_days.records import PeriodRecord, facts


def file_forms(
    forms: Sequence[JudgedForm],
    *,
    context: FilingContext,
    persons: PersonDirectory,
    new_ticket: Callable[[], Ticket],
) -> list[FormResult]:
    """Decide and file every form; return what became of each, in order (student declarations §3.2, §3.4).

    The number of queries does not depend on the number of forms. Nothing is durable before the caller commits.
    """
    surroundings = _look_around(forms, context=context, persons=persons)
    decisions = [decide(form, surroundings) for form in forms]
    tickets = [new_ticket() for _ in decisions]
    settled = [(one, ticket) for one, ticket in zip(decisions, tickets, strict=True) if not one.waits]
    final, final_tickets = [one for one, _ in settled], [ticket for _, ticket in settled]
    declarations = write_decisions(final, tickets=final_tickets, surroundings=surroundings)
    write_registrations(final, declarations)
    _note_names(final, context=context)
    waiting = [(one.form, ticket) for one, ticket in zip(decisions, tickets, strict=True) if one.waits]
    keep_forms(waiting, persons=persons, context=context)
    employers_of = _read_unnamed_employers(decisions)
    return [result_of(decision, ticket, employers_of) for decision, ticket in zip(decisions, tickets, strict=True)]


def _look_around(forms: Sequence[JudgedForm], *, context: FilingContext, persons: PersonDirectory) -> Surroundings:
    """Read and lock everything that decides about the forms."""
    hold_off_merging()
    covered = covered_entities(
        context.declaring_company,
        environment=context.environment,
        service_group=DIMONA_GROUP,
        at=context.received_at,
    )
    sound = [form for form in forms if not form.is_blocked]
    employers = find_employers(
        {form.employer for form in forms if form.employer is not None and _may_name(form.employer, form)},
        environment=context.environment,
        covered=covered,
        at=context.received_at,
    )
    fileable = [form for form in sound if employer_obstacle(form, employers) is None]
    people = _identify(fileable, persons=persons, context=context)
    rules = read_rules(context.environment)
    reach = reach_of(fileable, people=people)
    holdings = lock_holdings(reach, environment=context.environment, rules=rules)
    starts = sum(isinstance(form.action, DimonaIn) for form in fileable)
    presences = sum(isinstance(form.action, DailyRegistration) for form in fileable)
    numbers = iter(_new_numbers("student_days_period_stem", starts))
    registrations = iter(_new_numbers("student_days_registration_stem", presences))
    return Surroundings(
        context=context,
        covered=covered,
        employers=employers,
        people=people,
        names=_read_names(fileable, people),
        holdings=holdings,
        new_number=lambda: next(numbers),
        new_registration=lambda: next(registrations),
        rules=rules,
    )


def _may_name(employer: EmployerId, form: JudgedForm) -> bool:
    """Whether the form's numbers say whom it is of: not those that it may be refused for (`staged_line` keeps to it too)."""
    return employer.is_well_formed or not form.is_blocked


def _read_unnamed_employers(decisions: Sequence[Decision]) -> dict[int, EmployerId]:
    """Return the numbers of employers whose period a form concerned that does not name them."""
    unnamed = {
        period.employer_id
        for decision in decisions
        if (period := _period_of(decision)) is not None and not _names_employer(decision.form)
    }
    return read_numbers(unnamed)


def _period_of(decision: Decision) -> PeriodRecord | None:
    """Return the period that changed, or in which a daily registration did."""
    return decision.after or decision.registered_in


def _names_employer(form: JudgedForm) -> bool:
    return form.employer is not None and not form.employer.is_empty


def _identify(fileable: Sequence[JudgedForm], *, persons: PersonDirectory, context: FilingContext) -> dict[str, int]:
    """Return the persons the forms name: made at first sight for a new period, only looked up for another form."""
    declared = {form.insz for form in fileable if isinstance(form.action, DimonaIn) and form.insz}
    mentioned = {form.insz for form in fileable if form.insz} - declared
    return persons.find_or_create(declared, at=context.filed_at) | persons.find(mentioned)


def _read_names(fileable: Sequence[JudgedForm], people: Mapping[str, int]) -> dict[int, KnownName]:
    """Return how those are known of whom a start tells more than their number; no query where none does."""
    told = {
        people[action.insz]
        for form in fileable
        if isinstance(action := form.action, DimonaIn) and action.insz and action.person is not None
    }
    return {key: KnownName(one.family_name, one.first_name) for key, one in read_details(told).items()}


def _note_names(decisions: Sequence[Decision], *, context: FilingContext) -> None:
    """Keep how employers call those whose employment they declared, for their own lists; no query where none is named."""
    told = [
        (decision.after, action.person)
        for decision in decisions
        if decision.after is not None
        and isinstance(action := decision.form.action, DimonaIn)
        and action.person is not None
        and action.person.name
    ]
    numbers = read_numbers({period.employer_id for period, _ in told})
    note_told_names(
        (
            NameTold(
                period.person_id, numbers[period.employer_id].company or "", person.name or "", person.first_name or ""
            )
            for period, person in told
        ),
        environment=context.environment,
        at=context.received_at,
    )


def _new_numbers(sequence: str, count: int) -> list[int]:
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        return [int(period_id(stem)) for (stem,) in cursor.fetchall()]


def result_of(decision: Decision, ticket: Ticket, employers_of: Mapping[int, EmployerId]) -> FormResult:
    """Return the answer's values; a form that names no employer is answered with that of its period."""
    form, impact = decision.form, None
    employer, period = form.employer, _period_of(decision)
    if period is not None and not _names_employer(form):
        employer = employers_of[period.employer_id]
    if decision.after is not None:
        impact = PeriodImpact(
            before=None if decision.before is None else facts(decision.before),
            after=facts(decision.after) if decision.after.lives else None,
            user_firm=decision.after.user_firm,
            place_of_work=decision.after.place_of_work,
            cards=decision.after.control_cards,
            small_statutes=decision.after.small_statutes,
        )
    return FormResult(
        ticket=ticket,
        header=form.header,
        references=form.references,
        employer=employer,
        insz=form.insz,
        findings=decision.findings,
        impact=impact,
        quarter=_quarter(decision),
        period_id=_period_named(form),
        registration=_registration_impact(decision),
        waits=decision.waits,
    )


def _registration_impact(decision: Decision) -> RegistrationImpact | None:
    if decision.registration is None:
        return None
    before, after = decision.registration_before, decision.registration
    return RegistrationImpact(
        before=None if before is None else registration_facts(before),
        after=None if after.is_withdrawn else registration_facts(after),
    )


def _period_named(form: JudgedForm) -> str | None:
    match form.action:
        case DimonaOut() | DimonaUpdate() | DimonaCancel() | DailyRegistration() as action:
            return action.period_id
        case _:
            return None


def _quarter(decision: Decision) -> Quarter | None:
    """Return the quarter concerned: of the period that changed, of the daily registration, or of the start declared."""
    if decision.after is not None:
        return Quarter.of(decision.after.starting_date)
    if decision.registration is not None:
        return Quarter.of(decision.registration.starting_date)
    action = decision.form.action
    return Quarter.of(action.starting_date) if isinstance(action, DimonaIn) else None
