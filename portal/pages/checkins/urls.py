"""Addresses of check-ins: the worker's below `check-in`, the company's below `presences`."""

from django.urls import path, register_converter

from portal.pages.checkins import (
    acts,
    asked_corrections,
    company,
    company_reports,
    completeness,
    corrections,
    decisions,
    inspection,
    keeping,
    lists_kept,
    means,
    means_lists,
    own,
    own_days,
    own_missing,
    own_reports,
    places,
    search,
    staff,
    worker_days,
)


class _MeansOf:
    """Of whom means are recorded; anything else is no address."""

    regex = "subcontractor|temporary-worker"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(_MeansOf, "means-of")

_PLACE = "presences/work-places/<name:number>"
_ASKED, _OWN_ASKED = "presences/corrections/<name:number>", "check-in/corrections/<name:number>"

urlpatterns = [
    path("check-in", acts.check_in, name="check-in"),
    path("check-in/at/<name:number>", acts.check_in, name="check-in-at"),
    path("check-in/receipts/<int:number>", acts.receipt, name="check-in-receipt"),
    path("check-in/state", keeping.state, name="check-in-state"),
    path("check-in/acts", keeping.acts, name="check-in-acts"),
    path("check-in/offline", keeping.offline, name="check-in-offline"),
    path("check-in/worker.js", keeping.worker, name="check-in-worker"),
    path("check-in/mine", own.own_list, name="own-checkins"),
    path("check-in/mine/missing", own_missing.report_missing, name="own-missing-report"),
    path("check-in/mine/errors", own_reports.own_list, name="own-reports"),
    path("check-in/mine/<int:number>", own.own_one, name="own-checkin"),
    path("check-in/mine/<int:number>/error", own.report, name="own-report"),
    path("check-in/mine/<int:number>/cancellation", own_days.cancel, name="own-cancellation"),
    path("check-in/mine/<int:number>/correction", corrections.ask_own, name="own-correction"),
    path("check-in/corrections", asked_corrections.own_list, name="own-corrections"),
    path("check-in/corrections/new", corrections.ask_own_unknown, name="own-correction-missing"),
    path(_OWN_ASKED, asked_corrections.own_one, name="own-correction-one"),
    path(f"{_OWN_ASKED}/evidence", asked_corrections.own_hand_in, name="own-correction-evidence"),
    path(f"{_OWN_ASKED}/withdraw", asked_corrections.own_take_back, name="own-correction-withdraw"),
    path("presences", company.overview, name="presences"),
    path("presences/search", search.search, name="presences-search"),
    path("presences/days", worker_days.overview, name="presences-days"),
    path("presences/export", search.export, name="presences-export"),
    path("presences/<int:number>", staff.one, name="presence"),
    path("presences/<int:number>/cancellation", staff.cancel, name="presence-cancellation"),
    path("presences/corrections", corrections.overview, name="corrections"),
    path("presences/corrections/new", corrections.ask_unknown, name="correction-missing"),
    path(_ASKED, asked_corrections.one, name="correction-one"),
    path(f"{_ASKED}/evidence", asked_corrections.hand_in, name="correction-evidence"),
    path(f"{_ASKED}/withdraw", asked_corrections.take_back, name="correction-withdraw"),
    path("presences/<int:number>/correction", corrections.ask, name="correction-new"),
    path("presences/missing/<int:number>", corrections.ask_missing, name="correction-missing-event"),
    path("presences/missing", company.missing, name="presences-missing"),
    path("presences/completeness", completeness.overview, name="presences-completeness"),
    path("presences/errors", company_reports.open_ones, name="presences-reports"),
    path("presences/errors/closed", company_reports.closed_ones, name="presences-reports-closed"),
    path("presences/errors/<int:report_id>/close", company_reports.close, name="presences-report-close"),
    path("presences/work-places", places.overview, name="work-places"),
    path("presences/work-places/offline", lists_kept.offline, name="work-place-live-offline"),
    path("presences/work-places/worker.js", lists_kept.worker, name="work-place-live-worker"),
    path(_PLACE, places.one, name="work-place"),
    path(f"{_PLACE}/qr", places.qr_code, name="work-place-qr"),
    path(f"{_PLACE}/live", places.live_list, name="work-place-live"),
    path("decisions", decisions.overview, name="decisions"),
    path("decisions/<name:number>", decisions.one, name="decision"),
    path("decisions/<name:number>/take-up", decisions.look_into, name="decision-take-up"),
    path("decisions/<name:number>/evidence/<int:file_id>", decisions.evidence, name="decision-evidence"),
    path("inspection", inspection.search, name="inspection"),
    path("inspection/on-site", inspection.on_site, name="inspection-on-site"),
    path("inspection/evidence/<int:file_id>", inspection.evidence, name="inspection-evidence"),
    path("inspection/<int:number>", inspection.one, name="inspection-one"),
    path("inspection/means", means_lists.inspected, name="inspection-means"),
    path("presences/means", means.overview, name="means"),
    path("presences/means/over", means_lists.over, name="means-over"),
    path("presences/means/lacking", means_lists.without, name="means-lacking"),
    path("presences/means/of-others", means_lists.of_others, name="means-of-others"),
    path("presences/means/new/<means-of:whose>", means.add, name="means-add"),
    path("presences/means/<int:record_id>/end", means.end, name="means-end"),
]
