"""The forms of check-ins: a worker's acts, corrections with evidence, decisions, and means of registration."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from auth.models import OperatorRole
from auth.operators import give_role
from domain.access.services import Right
from domain.assurance import AssuranceLevel, Means
from domain.brussels import BRUSSELS
from domain.checkins.items import CorrectionRequest, Evidence
from domain.checkins.outcomes import Declarant
from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from portal.checkin_counter import checkin_counter
from registers.checkins.models import Correction, ErrorReport, MeansRecord
from tests.portal.checkins.acting import did, newest
from tests.portal.checkins.conftest import (
    COMPANY,
    INSS,
    OTHER_PLACE,
    PLACE,
    Visitor,
    a_place,
    a_user_of,
    a_visitor,
    sign_in,
)
from tests.portal.checkins.test_corrections import WHY, a_file, as_it_was, ask
from tests.portal.checkins.test_days import a_day, a_day_of_staff
from tests.portal.checkins.test_drafts_of_corrections import a_document, a_draft
from tests.portal.people import a_person, settle_manager
from tests.portal.twice.sending import Form, Prepare, Scene

OTHER_COMPANY = "0400767772"


@dataclass
class Site:
    """A work place with a worker of a company, and who declares for that company."""

    worker: Visitor
    employer: Visitor

    def officer(self) -> Visitor:
        _person, login = a_person("of.ficer")
        give_role(login, OperatorRole.SUPPORT, at=datetime.now(UTC), actor="test")
        return sign_in(login, level=AssuranceLevel.EID, means=Means.EID)


def at_a_site(prepare: Callable[[Site], Form]) -> Prepare:
    """Return what settles a site first."""

    def settled(_scene: Scene) -> Form:
        checkin_counter.cache_clear()
        a_place()
        worker = a_visitor(INSS, name="Diaz")
        manager = settle_manager(company=COMPANY, user_name="ci.manager")
        return prepare(Site(worker, a_user_of(manager, Right.DECLARE, user_name="ci.user")))

    return settled


def evidence() -> dict[str, Any]:
    return {**as_it_was(hours=2), "evidence": a_file(), "place": ""}


def an_act(page: str) -> Callable[[Site], Form]:
    return lambda site: Form(
        site.worker.client, page, {"act": "in", "number": PLACE, "company": COMPANY, "self_employed": None}
    )


def an_error(site: Site) -> Form:
    did(site.worker, "in")
    return Form(
        site.worker.client, f"/check-in/mine/{newest().number}/error", {"what": "TIME", "message": "I came at eight"}
    )


def what_is_missing(site: Site) -> Form:
    said = {"day": as_it_was(hours=0)["day"], "place": PLACE, "company": COMPANY}
    said |= {"missing": "OUT", "message": "I went home at five"}
    return Form(site.worker.client, "/check-in/mine/missing", said)


def an_error_to_close(site: Site) -> Form:
    told = an_error(site)
    site.worker.send(told.page, what="TIME", message="I came at eight")
    report = ErrorReport.objects.latest("reported_at")
    return Form(site.employer.client, f"/presences/errors/{report.pk}/close", {"sentence": "A correction is asked for"})


def a_correction(site: Site) -> Form:
    did(site.worker, "in")
    return Form(site.employer.client, f"/presences/{newest().number}/correction", evidence())


def a_missing_event(site: Site) -> Form:
    did(site.worker, "in")
    return Form(
        site.employer.client, f"/presences/missing/{newest().number}", {**as_it_was(hours=0), "evidence": a_file()}
    )


def an_unknown_event(site: Site) -> Form:
    said = {**evidence(), **as_it_was(days=3), "type": "IN", "place": PLACE, "number": INSS}
    return Form(site.employer.client, "/presences/corrections/new", said)


def an_own_correction(site: Site) -> Form:
    did(site.worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    return Form(site.worker.client, f"/check-in/mine/{newest().number}/correction", evidence())


def an_own_missing_event(site: Site) -> Form:
    did(site.worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    said = {**evidence(), **as_it_was(hours=0), "type": "OUT", "place": PLACE, "company": COMPANY}
    return Form(site.worker.client, "/check-in/corrections/new", said)


def announced_evidence(site: Site) -> Form:
    did(site.worker, "in")
    document = a_document()
    number = a_draft(newest(), document)
    return Form(site.employer.client, f"/presences/corrections/{number}/evidence", {"evidence": a_file(document)})


def own_announced_evidence(site: Site) -> Form:
    did(site.worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    now, document = datetime.now(BRUSSELS), a_document()
    announced = (Evidence("log.pdf", sha256(document).hexdigest()),)
    item = CorrectionRequest(newest().number, None, WHY, corrected_at=now, evidence=announced)
    by = Declarant(Environment.PRODUCTION, ClockingChannel.PORTAL, person_id=site.worker.person_id)
    (outcome,) = checkin_counter().desk.take([item], by=by, received_at=now, at=now)
    assert outcome.state == "DRAFT"
    page = f"/check-in/corrections/{outcome.correction_id}/evidence"
    return Form(site.worker.client, page, {"evidence": a_file(document)})


def a_request_to_withdraw(site: Site) -> Form:
    asked = a_correction(site)
    ask(site.employer, asked.page)
    return Form(site.employer.client, f"/presences/corrections/{Correction.objects.latest('pk').number}/withdraw")


def an_own_request_to_withdraw(site: Site) -> Form:
    asked = an_own_correction(site)
    ask(site.worker, asked.page)
    return Form(site.worker.client, f"/check-in/corrections/{Correction.objects.latest('pk').number}/withdraw")


def a_decision(site: Site) -> Form:
    asked = a_correction(site)
    ask(site.employer, asked.page)
    page = f"/decisions/{Correction.objects.latest('pk').number}"
    return Form(site.officer().client, page, {"decision": "ACCEPT", "note": ""})


def means(site: Site) -> Form:
    said = {"company": OTHER_COMPANY, "kind": "ALTERNATIVE_AGREED", "note": "own app", "place": "", "valid_until": ""}
    return Form(site.employer.client, "/presences/means/new/subcontractor", said)


def means_to_end(site: Site) -> Form:
    recorded = means(site)
    site.employer.send(recorded.page, **recorded.said, valid_from=f"{datetime.now(BRUSSELS):%Y-%m-%d}")
    assert MeansRecord.objects.exists()
    return Form(site.employer.client, "/presences/means")


def a_day_to_cancel(site: Site) -> Form:
    a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge")
    number = a_day(site.worker, is_own_company=True).number
    return Form(site.worker.client, f"/check-in/mine/{number}/cancellation", {"reason": "PLANNING"})


def a_day_of_staff_to_cancel(site: Site) -> Form:
    a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge")
    return Form(site.employer.client, f"/presences/{a_day_of_staff().number}/cancellation", {"reason": "PLANNING"})


FORMS: dict[str, Prepare] = {
    route: at_a_site(prepare)
    for route, prepare in {
        "check-in": an_act("/check-in"),
        "check-in-at": an_act(f"/check-in/at/{PLACE}"),
        "own-report": an_error,
        "own-missing-report": what_is_missing,
        "own-cancellation": a_day_to_cancel,
        "presence-cancellation": a_day_of_staff_to_cancel,
        "presences-report-close": an_error_to_close,
        "correction-new": a_correction,
        "correction-missing-event": a_missing_event,
        "correction-missing": an_unknown_event,
        "correction-evidence": announced_evidence,
        "correction-withdraw": a_request_to_withdraw,
        "own-correction": an_own_correction,
        "own-correction-missing": an_own_missing_event,
        "own-correction-evidence": own_announced_evidence,
        "own-correction-withdraw": an_own_request_to_withdraw,
        "decision": a_decision,
        "decision-take-up": a_decision,
        "means-add": means,
        "means-end": means_to_end,
    }.items()
}
