"""Every page that the browser looks at: its path, who looks, and what it must hold. Each page group adds its lines."""

from dataclasses import dataclass
from enum import Enum, auto


class Who(Enum):
    """Who opens a page."""

    NOBODY = auto()
    SIGNED_IN = auto()
    MANAGER = auto()
    STUDENT = auto()
    STUDENT_BY_PASSWORD = auto()
    OFFICER = auto()


@dataclass(frozen=True)
class Page:
    """A page; `status` is what it is answered with."""

    path: str
    who: Who = Who.NOBODY
    status: int = 200

    @property
    def name(self) -> str:
        words = self.path.partition("?")[0].strip("/").replace("/", "-")
        return f"{words or 'start'}{_AS[self.who]}"


_AS = {
    Who.NOBODY: "",
    Who.SIGNED_IN: "-signed-in",
    Who.MANAGER: "-signed-in",
    Who.OFFICER: "-as-officer",
    Who.STUDENT: "-student",
    Who.STUDENT_BY_PASSWORD: "-by-password",
}

PAGES = (
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
    Page("/keys/email", Who.SIGNED_IN),
    Page("/sessions", Who.SIGNED_IN),
    Page("/session/warning", Who.SIGNED_IN),
    Page("/step-up?level=400&next=/home", Who.SIGNED_IN),
    Page("/nowhere", Who.SIGNED_IN, status=404),
    Page("/people", Who.MANAGER),
    Page("/people?q=nobody", Who.MANAGER),
    Page("/people/users/new", Who.MANAGER),
    Page("/people/users/100001", Who.MANAGER),
    Page("/people/users/100001/rights", Who.MANAGER),
    Page("/people/users/100001/password", Who.MANAGER),
    Page("/people/users/100001/appoint", Who.MANAGER),
    Page("/people/users/100001/remove", Who.MANAGER),
    Page("/people/users/999999", Who.MANAGER, status=404),
    Page("/people/appointments/100001/end", Who.MANAGER),
    Page("/appointments", Who.MANAGER),
    Page("/appointments/200003/accept", Who.MANAGER),
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
    Page("/company", Who.MANAGER),
    Page("/company/qualities/new", Who.MANAGER),
    Page("/company/password", Who.MANAGER),
    Page("/reports", Who.MANAGER),
    Page("/reports/new", Who.MANAGER),
    Page("/reports/new/technical-user", Who.MANAGER),
    Page("/reports/100001", Who.MANAGER),
    Page("/reports/100002", Who.MANAGER),
    Page("/reports/100002/channels", Who.MANAGER),
    Page("/reports/100002/ssh-keys", Who.MANAGER),
    Page("/reports/100001/ftp/password", Who.MANAGER),
    Page("/reports/100002/ftp/password", Who.MANAGER),
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
    Page("/reports/100002/certificates", Who.MANAGER),
    Page("/reports/100002/services", Who.MANAGER),
    Page("/reports/100002/retire", Who.MANAGER),
    Page("/deliveries", Who.MANAGER),
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
    Page("/registration/identities/100001/ask", Who.OFFICER),
    Page("/registration/identities/100001/refuse", Who.OFFICER),
    Page("/registration", Who.SIGNED_IN, status=403),
    Page("/my-ebox", Who.STUDENT),
    Page("/my-ebox", Who.SIGNED_IN),
    Page("/my-ebox/100002", Who.STUDENT),
    Page("/my-ebox/hidden", Who.STUDENT),
    Page("/my-ebox/address", Who.STUDENT),
    Page("/my-ebox/stop", Who.STUDENT),
    Page("/home", Who.STUDENT),
    Page("/home", Who.STUDENT_BY_PASSWORD),
    Page("/home", Who.MANAGER),
)
