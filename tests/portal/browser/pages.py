"""Every page that the browser looks at: its path, who looks, and what it must hold. Each page group adds its lines.

A route without a line here stands in `routes_without_pages.py`, with the reason.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

from domain.brussels import brussels_date
from registers.checkins.numbering import number_of


class Who(Enum):
    """Who opens a page."""

    NOBODY = auto()
    SIGNED_IN = auto()
    MANAGER = auto()
    STUDENT = auto()
    STUDENT_BY_PASSWORD = auto()
    OFFICER = auto()
    INSPECTOR = auto()
    KEYED = auto()
    ASKED_FOR_APP_CODE = auto()
    ASKED_FOR_MAILED_CODE = auto()
    ASKED_FOR_CARD_CODE = auto()
    ASKED_FOR_RECOVERY_CODE = auto()
    ASKED_FOR_NEW_PASSWORD = auto()
    OFFERED_AN_APP = auto()
    OPENED_A_LINK = auto()
    CHOSE_A_PASSWORD_BY_LINK = auto()


@dataclass(frozen=True)
class Page:
    """A page; `status` is what it is answered with.

    Where something is to be `pressed` on it, it is the page behind that button which is looked at.
    """

    path: str
    who: Who = Who.NOBODY
    status: int = 200
    pressed: str = ""

    @property
    def name(self) -> str:
        words = self.path.partition("?")[0].strip("/").replace("/", "-")
        return f"{words or 'start'}{_AS[self.who]}{'-pressed' if self.pressed else ''}"


_AS = {
    Who.NOBODY: "",
    Who.SIGNED_IN: "-signed-in",
    Who.MANAGER: "-signed-in",
    Who.OFFICER: "-as-officer",
    Who.INSPECTOR: "-as-inspector",
    Who.STUDENT: "-student",
    Who.STUDENT_BY_PASSWORD: "-by-password",
    Who.KEYED: "-with-every-key",
    Who.ASKED_FOR_APP_CODE: "-of-the-app",
    Who.ASKED_FOR_MAILED_CODE: "-by-mail",
    Who.ASKED_FOR_CARD_CODE: "-of-the-card",
    Who.ASKED_FOR_RECOVERY_CODE: "-for-recovery",
    Who.ASKED_FOR_NEW_PASSWORD: "",
    Who.OFFERED_AN_APP: "",
    Who.OPENED_A_LINK: "",
    Who.CHOSE_A_PASSWORD_BY_LINK: "",
}
_SEND = "main form button[type=submit]"
HALL, YARD, BRIDGE, DOCK = "1Y1003TESTF1Z", "1Y1003TESTG2Z", "1Y1003TESTH3Z", "1Y1003TESTK4Z"
"""Work places: HALL and DOCK of the manager's company, and two of another, where a student works."""
STAFF, OWN_EVENT, OWN_DAY, COLLEAGUE, COLLEAGUE_DAY = (
    number_of(brussels_date(datetime.now(UTC)), serial) for serial in range(100_001, 100_006)
)
"""Registrations: of somebody at work, of the same person as self-employed, and of the manager's staff; their numbers tell the month."""
OWN_ASKED, DECIDED, STAFF_ASKED = (f"C-20260101-000000{number}" for number in range(1, 4))
"""Corrections: of the person's own, one of the company, about which an officer decides, and one of the manager's staff."""
STAFF_TOLD = 100_001
"""An error that one of the manager's staff told of, and that nobody answered yet."""

PAGES = (
    Page("/sign-in/code", Who.ASKED_FOR_APP_CODE),
    Page("/sign-in/code", Who.ASKED_FOR_MAILED_CODE),
    Page("/sign-in/code", Who.ASKED_FOR_CARD_CODE),
    Page("/sign-in/code", Who.ASKED_FOR_RECOVERY_CODE),
    Page("/activate/new-password", Who.ASKED_FOR_NEW_PASSWORD),
    Page("/activate/app", Who.OFFERED_AN_APP),
    Page("/activate/app", Who.OFFERED_AN_APP, pressed=_SEND),
    Page("/first-keys", Who.OPENED_A_LINK),
    Page("/first-keys/app", Who.CHOSE_A_PASSWORD_BY_LINK),
    Page("/first-keys/app", Who.CHOSE_A_PASSWORD_BY_LINK, pressed=_SEND),
    Page("/keys", Who.KEYED),
    Page("/keys/app", Who.KEYED, pressed=_SEND),
    Page("/keys/card", Who.KEYED, pressed=_SEND),
    Page("/keys/recovery", Who.KEYED, pressed=_SEND),
    Page("/keys/email/code", Who.KEYED),
    Page("/keys/100002/suspend", Who.KEYED),
    Page("/keys/100006/resume", Who.KEYED),
    Page("/keys/100005/remove", Who.KEYED),
    Page("/sign-in/token"),
    Page("/sign-in/password"),
    Page("/sign-in/app", Who.STUDENT_BY_PASSWORD),
    Page("/sign-in/eid", pressed="main form button"),
    Page("/my-ebox/address/code", Who.STUDENT),
    Page("/ebox/mails/code", Who.MANAGER),
    Page("/sign-in"),
    Page("/login/eidas"),
    Page("/login/not-known-yet"),
    Page("/login/being-looked-up"),
    Page("/sign-in/eid"),
    Page("/sign-in/eid?next=/sessions&level=500", Who.SIGNED_IN),
    Page("/sign-in/eid/continue?ticket=none"),
    Page("/sign-in/email"),
    Page("/activate"),
    Page("/first-keys/no-such-link"),
    Page("/sign-in/passkey"),
    Page("/signed-out"),
    Page("/session/ended?next=/home"),
    Page("/too-large", status=413),
    Page("/too-large?page=/deliveries/check", Who.MANAGER, status=413),
    Page("/help"),
    Page("/help/cards"),
    Page("/help/itsme"),
    Page("/help/password"),
    Page("/help/other-countries"),
    Page("/help/offices"),
    Page("/help/am-i-registered"),
    Page("/help/am-i-registered/sent"),
    Page("/nowhere", status=404),
    Page("/home", Who.SIGNED_IN),
    Page("/context", Who.SIGNED_IN),
    Page("/keys", Who.SIGNED_IN),
    Page("/keys/password", Who.SIGNED_IN),
    Page("/keys/app", Who.SIGNED_IN),
    Page("/keys/passkey", Who.SIGNED_IN),
    Page("/keys/card", Who.SIGNED_IN),
    Page("/keys/recovery", Who.SIGNED_IN),
    Page("/keys/anew", Who.SIGNED_IN),
    Page("/keys/anew", Who.STUDENT_BY_PASSWORD),
    Page("/sign-in/recovery"),
    Page("/keys/email", Who.SIGNED_IN),
    Page("/sessions", Who.SIGNED_IN),
    Page("/sessions/events", Who.SIGNED_IN),
    Page("/sessions/events?before=1", Who.MANAGER),
    Page("/session/warning", Who.SIGNED_IN),
    Page("/step-up?level=400&next=/home", Who.SIGNED_IN),
    Page("/nowhere", Who.SIGNED_IN, status=404),
    Page("/people", Who.MANAGER),
    Page("/people?q=nobody", Who.MANAGER),
    Page("/people/register", Who.MANAGER),
    Page("/people/users/new", Who.MANAGER),
    Page("/people/users/100001", Who.MANAGER),
    Page("/people/users/100001/on-day", Who.MANAGER),
    Page("/people/users/100001/on-day?day=2020-01-01", Who.MANAGER),
    Page("/people/users/100001/on-day?day=never", Who.MANAGER),
    Page("/people/users/100001/rights", Who.MANAGER),
    Page("/people/users/100006/rights/100001/confirm", Who.MANAGER),
    Page("/people/users/100006/rights/100001/refuse", Who.MANAGER),
    Page("/people/users/100001/password", Who.MANAGER),
    Page("/people/users/100001/appoint", Who.MANAGER),
    Page("/people/users/100001/remove", Who.MANAGER),
    Page("/people/users/100001/invite", Who.MANAGER),
    Page("/people/users/999999", Who.MANAGER, status=404),
    Page("/people/appointments/100001/end", Who.MANAGER),
    Page("/people/resign", Who.MANAGER),
    Page("/people/events", Who.MANAGER),
    Page("/appointments", Who.MANAGER),
    Page("/accounts/100005/leave", Who.MANAGER),
    Page("/keys/notices", Who.STUDENT),
    Page("/keys/notices/code", Who.STUDENT),
    Page("/appointments", Who.STUDENT_BY_PASSWORD),
    Page("/appointments/200003/accept", Who.MANAGER),
    Page("/appointments/200003/decline", Who.MANAGER),
    Page("/appointments/200006/end", Who.MANAGER),
    Page("/people/declarations", Who.MANAGER),
    Page("/people/declarations/all", Who.MANAGER),
    Page("/people/declarations/all?q=nobody", Who.MANAGER),
    Page("/people/declarations/W0000000000T1", Who.MANAGER),
    Page("/people/declarations/W0000000000T1/confirm", Who.MANAGER),
    Page("/people/declarations/W0000000000T2", Who.MANAGER),
    Page("/people/declarations/files/F0000000000T1", Who.MANAGER),
    Page("/people/declarations/files/F0000000000T1/confirm", Who.MANAGER),
    Page("/people/declarations/NOSUCHTICKET1", Who.MANAGER, status=404),
    Page("/reports/100002/access", Who.MANAGER),
    Page("/reports/100002/access/ask", Who.MANAGER),
    Page("/ebox", Who.MANAGER),
    Page("/ebox/hidden", Who.MANAGER),
    Page("/ebox/100001", Who.MANAGER),
    Page("/ebox/parameters", Who.MANAGER),
    Page("/ebox/parameters/100002", Who.MANAGER),
    Page("/ebox/mails", Who.MANAGER),
    Page("/ebox/mails/stop", Who.MANAGER),
    Page("/mandates", Who.MANAGER),
    Page("/mandates?q=nobody", Who.MANAGER),
    Page("/mandates/new", Who.MANAGER),
    Page("/mandates/100001/accept", Who.MANAGER),
    Page("/mandates/100001/end", Who.MANAGER),
    Page("/mandates/999999/end", Who.MANAGER, status=404),
    Page("/company", Who.MANAGER),
    Page("/company/qualities/new", Who.MANAGER),
    Page("/company/qualities/EMPLOYER/end", Who.MANAGER),
    Page("/company/password/off", Who.MANAGER),
    Page("/company/password/on", Who.MANAGER, status=409),
    Page("/company/password/announce", Who.MANAGER),
    Page("/people/users/100002/sign-out", Who.MANAGER),
    Page("/reports", Who.MANAGER),
    Page("/reports/new", Who.MANAGER),
    Page("/reports/new/technical-user", Who.MANAGER),
    Page("/reports/100001", Who.MANAGER),
    Page("/reports/100002", Who.MANAGER),
    Page("/reports/100002/contact", Who.MANAGER),
    Page("/reports/100002/contact/block", Who.MANAGER),
    Page("/reports/100002/contact/unblock", Who.MANAGER),
    Page("/reports/100002/channels", Who.MANAGER),
    Page("/reports/100002/ssh-keys", Who.MANAGER),
    Page("/reports/100002/ssh-keys/100001/revoke", Who.MANAGER),
    Page("/reports/100001/ftp/password", Who.MANAGER),
    Page("/reports/100002/ftp/password", Who.MANAGER),
    Page("/reports/100002/ftp/password/withdraw", Who.MANAGER),
    Page("/reports/100001/ftp/certificates", Who.MANAGER),
    Page("/reports/100002/ftp/certificates", Who.MANAGER),
    Page("/reports/100002/ftp/certificates/100001/revoke", Who.MANAGER),
    Page("/reports/100001/ftp/networks", Who.MANAGER),
    Page("/reports/100002/ftp/networks", Who.MANAGER),
    Page("/reports/100001/web", Who.MANAGER),
    Page("/reports/100002/web", Who.MANAGER),
    Page("/reports/100002/web/new", Who.MANAGER),
    Page("/reports/100002/web/100001/keys/new", Who.MANAGER),
    Page("/reports/100002/web/100001/keys/100001/withdraw", Who.MANAGER),
    Page("/reports/100002/web/100001/withdraw", Who.MANAGER),
    Page("/reports/100001/notices", Who.MANAGER),
    Page("/reports/100002/notices", Who.MANAGER),
    Page("/reports/100002/notices/100001/end", Who.MANAGER),
    Page("/reports/100002/ebox-copy", Who.MANAGER),
    Page("/reports/100002/ebox-copy/stop", Who.MANAGER),
    Page("/reports/100002/certificates", Who.MANAGER),
    Page("/reports/100002/certificates/100001/withdraw", Who.MANAGER),
    Page("/reports/100002/services", Who.MANAGER),
    Page("/reports/100002/activate", Who.MANAGER),
    Page("/reports/100002/suspend", Who.MANAGER),
    Page("/reports/100002/resume", Who.MANAGER),
    Page("/reports/100002/retire", Who.MANAGER),
    Page("/deliveries", Who.MANAGER),
    Page("/deliveries/100001", Who.MANAGER),
    Page("/deliveries/check", Who.MANAGER),
    Page("/student", Who.STUDENT),
    Page("/student", Who.STUDENT_BY_PASSWORD),
    Page("/student", Who.SIGNED_IN),
    Page("/student/what-if", Who.STUDENT_BY_PASSWORD),
    Page("/student/what-if?hours=500&month=12", Who.STUDENT),
    Page("/student/what-if?hours=many&month=12", Who.SIGNED_IN),
    Page("/student/calendar", Who.STUDENT),
    Page("/student/calendar?year=2024", Who.SIGNED_IN),
    Page("/student/periods/610000000091", Who.STUDENT),
    Page("/student/periods/610000009979", Who.STUDENT, status=404),
    Page("/student/hours", Who.STUDENT),
    Page("/student/hours", Who.SIGNED_IN),
    Page("/student/looks", Who.STUDENT),
    Page("/student/attestation", Who.STUDENT_BY_PASSWORD),
    Page("/student/attestation", Who.STUDENT, pressed=_SEND),
    Page("/student/attestation/2026-7Q4M9ZK2/withdraw", Who.STUDENT),
    Page("/code", Who.MANAGER),
    Page("/oauth/authorize?client_id=unknown", status=400),
    Page("/registration", Who.OFFICER),
    Page("/registration?q=nobody", Who.OFFICER),
    Page("/registration/cases/new", Who.OFFICER),
    Page("/registration/cases/100001", Who.OFFICER),
    Page("/registration/cases/100001/close", Who.OFFICER),
    Page("/registration/cases/100002", Who.OFFICER),
    Page("/registration/cases/999999", Who.OFFICER, status=404),
    Page("/registration/questions", Who.OFFICER),
    Page("/registration/questions/100001", Who.OFFICER),
    Page("/registration/identities", Who.OFFICER),
    Page("/registration/identities/100001", Who.OFFICER),
    Page("/registration/identities/100001/number", Who.OFFICER),
    Page("/registration/identities/100001/call", Who.OFFICER),
    Page("/registration/identities/100001/call/withdraw", Who.OFFICER),
    Page("/registration/identities/100001/ask", Who.OFFICER),
    Page("/registration/identities/100001/refuse", Who.OFFICER),
    Page("/registration/identities/100001/match/100001", Who.OFFICER),
    Page("/registration", Who.SIGNED_IN, status=403),
    Page("/my-ebox", Who.STUDENT),
    Page("/my-ebox", Who.SIGNED_IN),
    Page("/my-ebox/100004", Who.STUDENT),
    Page("/my-ebox/hidden", Who.STUDENT),
    Page("/my-ebox/address", Who.STUDENT),
    Page("/my-ebox/stop", Who.STUDENT),
    Page("/home", Who.STUDENT),
    Page("/home", Who.STUDENT_BY_PASSWORD),
    Page("/home", Who.MANAGER),
    Page("/login/video-call"),
    Page("/decisions", Who.OFFICER),
    Page("/inspection", Who.INSPECTOR),
    Page("/inspection?c=forged", Who.INSPECTOR),
    Page("/inspection/on-site?c=forged", Who.INSPECTOR, status=404),
    Page("/inspection", Who.OFFICER, status=403),
    Page("/check-in/offline"),
    Page("/check-in", Who.SIGNED_IN),
    Page("/check-in?elsewhere=1", Who.SIGNED_IN),
    Page("/check-in/at/1Y1003TESTB7Z", Who.SIGNED_IN),
    Page("/check-in/mine", Who.SIGNED_IN),
    Page("/check-in/mine/missing", Who.SIGNED_IN),
    Page("/check-in/mine/errors", Who.SIGNED_IN),
    Page("/check-in/corrections", Who.SIGNED_IN),
    Page("/check-in/corrections/new", Who.SIGNED_IN, status=404),
    Page("/presences", Who.MANAGER),
    Page("/presences/search", Who.MANAGER),
    Page("/presences/missing", Who.MANAGER),
    Page("/presences/errors", Who.MANAGER),
    Page("/presences/errors/closed", Who.MANAGER),
    Page(f"/presences/errors/{STAFF_TOLD}/close", Who.MANAGER),
    Page("/presences/corrections", Who.MANAGER),
    Page("/presences/corrections/new", Who.MANAGER),
    Page("/presences/work-places", Who.MANAGER),
    Page("/presences/means", Who.MANAGER),
    Page("/presences/means/new/subcontractor", Who.MANAGER),
    Page("/presences/means/new/temporary-worker", Who.MANAGER),
    Page("/check-in", Who.STUDENT),
    Page("/check-in/mine", Who.STUDENT),
    Page("/check-in/mine/errors", Who.STUDENT),
    Page(f"/check-in/mine/{STAFF}", Who.STUDENT),
    Page(f"/check-in/mine/{STAFF}/error", Who.STUDENT),
    Page(f"/check-in/receipts/{STAFF}", Who.STUDENT),
    Page(f"/check-in/mine/{OWN_EVENT}/correction", Who.STUDENT),
    Page(f"/check-in/mine/{OWN_DAY}/cancellation", Who.STUDENT),
    Page("/check-in/corrections/new", Who.STUDENT),
    Page(f"/check-in/corrections/{OWN_ASKED}", Who.STUDENT),
    Page(f"/check-in/corrections/{OWN_ASKED}/evidence", Who.STUDENT),
    Page(f"/check-in/corrections/{OWN_ASKED}/withdraw", Who.STUDENT),
    Page(f"/presences/work-places/{HALL}", Who.MANAGER),
    Page(f"/presences/work-places/{HALL}/qr", Who.MANAGER),
    Page(f"/presences/work-places/{HALL}/live", Who.MANAGER),
    Page(f"/presences/{COLLEAGUE}", Who.MANAGER),
    Page(f"/presences/{COLLEAGUE}/correction", Who.MANAGER),
    Page(f"/presences/missing/{COLLEAGUE}", Who.MANAGER),
    Page(f"/presences/{COLLEAGUE_DAY}", Who.MANAGER),
    Page(f"/presences/{COLLEAGUE_DAY}/cancellation", Who.MANAGER),
    Page(f"/presences/corrections/{STAFF_ASKED}", Who.MANAGER),
    Page(f"/presences/corrections/{STAFF_ASKED}/evidence", Who.MANAGER),
    Page(f"/presences/corrections/{STAFF_ASKED}/withdraw", Who.MANAGER),
    Page(f"/decisions/{DECIDED}", Who.OFFICER),
)
