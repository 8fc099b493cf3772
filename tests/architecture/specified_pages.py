"""What access and login says of pages: from which level on they open, and whether the proof must be recent."""

import re
from dataclasses import dataclass

from portal.pages.routing import Freshness

_PARAGRAPH = re.compile(r"§[\d.]*\d")


@dataclass(frozen=True, slots=True)
class Said:
    """What paragraphs say of the pages named; `freshness` is None where they leave it open."""

    words: str
    level: int
    freshness: Freshness | None
    names: tuple[str, ...]

    @property
    def paragraphs(self) -> frozenset[str]:
        return paragraphs_in(self.words)


def paragraphs_in(words: str) -> frozenset[str]:
    """Return the paragraphs that the words name."""
    return frozenset(_PARAGRAPH.findall(words))


def _said(words: str, level: int, names: str, freshness: Freshness | None = None) -> Said:
    return Said(words, level, freshness, tuple(names.split()))


SPECIFIED = (
    _said(
        "§2.2 create, block, unblock and delete users, reset passwords; grant and revoke service rights",
        400,
        """
        people people-execute people-user people-on-day people-step people-rights people-right-confirm people-right-refuse
        """,
    ),
    _said(
        "§2.2, §4.4 first keys for others, and appointments",
        400,
        "people-add people-invite people-password people-take-up people-resign people-manager people-appoint",
        Freshness.RECENT,
    ),
    _said("§2.2 export access register and audit log", 450, "people-register people-events"),
    _said("§2.2 manage extra qualities", 400, "company-quality-add company-quality-end"),
    _said(
        "§2.2, §4.4 disable password login",
        400,
        "company-password-off company-password-on company-password-announce",
        Freshness.RECENT,
    ),
    _said(
        "§2.2 batch configuration",
        400,
        """
        reports reports-new reports-new-technical-user report-sender report-contact-block report-channels
        report-ssh-key-revoke report-ftp-password-withdraw report-ftp-certificate-revoke report-web report-web-key-withdraw
        report-web-withdraw report-notices report-notices-end report-ebox-copy report-ebox-copy-stop report-services
        report-suspend
        """,
    ),
    _said(
        "§2.2, §4.4 keys and certificates of a sender, who sends by them, and whether it delivers",
        400,
        """
        report-contact report-contact-unblock report-ssh-keys report-ftp-password report-ftp-certificates
        report-ftp-networks report-web-new report-web-key-new report-certificates report-certificate-withdraw
        report-activate report-resume report-retire
        """,
        Freshness.RECENT,
    ),
    _said(
        "§2.2, §4.2 the company's e-Box, and the routing of its tasks",
        400,
        """
        ebox ebox-hidden ebox-parameters ebox-routes ebox-document ebox-attachment ebox-handle ebox-label ebox-hide
        ebox-show
        """,
    ),
    _said("§3.2 decline an appointment", 400, "own-appointment-decline"),
    _said(
        "§3.2, §4.4 accept or end an own appointment",
        400,
        "own-appointment-accept own-appointment-end",
        Freshness.RECENT,
    ),
    _said(
        "§3.7 registration officer",
        500,
        "registration-begin registration-case registration-close registration-questions registration-question",
    ),
    _said("§3.7, §4.4 keys that an officer hands over", 500, "registration-keys registration-number", Freshness.RECENT),
    _said(
        "§4.2 remaining hours and attestation",
        200,
        "student student-what-if student-attestation student-attestation-paper student-attestation-withdraw",
    ),
    _said(
        "§4.2 employers, wage, contract details",
        300,
        "student-calendar student-calendar-file student-period student-hours student-looks",
    ),
    _said(
        "§4.2 the citizen's e-Box",
        300,
        """
        own-ebox own-ebox-hidden own-ebox-address own-ebox-code own-ebox-stop own-ebox-document own-ebox-label
        own-ebox-hide own-ebox-show own-ebox-attachment
        """,
    ),
    _said(
        "§4.2 check-in service",
        350,
        """
        check-in check-in-at check-in-receipt check-in-acts check-in-state own-checkins own-missing-report own-checkin
        own-report own-reports own-cancellation own-correction own-corrections own-correction-missing own-correction-one
        own-correction-evidence own-correction-withdraw
        """,
    ),
    _said(
        "§4.2 company portal",
        400,
        """
        company deliveries deliveries-check delivery delivery-answer student-code access-declarations
        access-declarations-all access-declaration access-file report-access presences presences-search presences-export
        presences-days presences-completeness presence presence-cancellation presences-missing presences-reports presences-reports-closed
        presences-report-close corrections correction-missing correction-one correction-evidence correction-withdraw correction-new correction-missing-event
        work-places work-place work-place-qr work-place-live means means-over means-lacking means-of-others means-add means-end
        """,
    ),
    _said("§4.2 mandates", 450, "mandates mandate-offer mandate-step"),
    _said("§4.3, §4.4 the address of letters about keys", 400, "key-notices key-notices-code", Freshness.RECENT),
    _said(
        "§0, §4.4 confirm who was declared by file", 400, "access-declaration-step access-file-step", Freshness.RECENT
    ),
    _said("§2.2, §4.4 let a sender declare access", 400, "report-access-step", Freshness.RECENT),
)
