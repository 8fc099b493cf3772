"""Read the counter's configuration from environment variables, with the defaults of a single machine."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

from correspondence.limits import CorrespondenceLimits
from domain.channels import Channel
from domain.opening_hours import OpeningHours
from domain.reception_rules import ReceptionRules
from evidence.database_address import find_database_url
from portal.access_configuration import AccessConfiguration
from portal.check_in_configuration import CheckInConfiguration
from portal.dimona_configuration import DimonaConfiguration
from portal.door_configuration import FtpConfiguration, NoticeConfiguration, WebConfiguration
from portal.eid_configuration import EidConfiguration
from portal.environment_variables import (
    read_channels,
    read_kept_days,
    read_kept_years,
    read_number,
    read_opening_hours,
    read_purpose_channels,
    read_switch,
)
from portal.evidence_configuration import EvidenceConfiguration
from portal.openid_configuration import EidasConfiguration, ItsmeConfiguration, OpenIdConfiguration
from portal.people_configuration import KeyConfiguration, MailConfiguration, OfficeConfiguration
from portal.time_stamp_configuration import TimeStampConfiguration

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Configuration:
    """Where things are and which numbers hold; docs/reference/settings.md explains each variable."""

    home: Path
    schemas: Path
    database_url: str
    database_pool: int
    sftp_host: str
    sftp_port: int
    sftp_workers: int
    eid: EidConfiguration
    ftp: FtpConfiguration
    web: WebConfiguration
    notices: NoticeConfiguration
    keys: KeyConfiguration
    mail: MailConfiguration
    openid: OpenIdConfiguration
    itsme: ItsmeConfiguration
    eidas: EidasConfiguration
    evidence: EvidenceConfiguration
    check_ins: CheckInConfiguration
    staging_max_bytes: int
    staging_max_files: int
    lease_seconds: int
    go_grace_minutes: int
    go_timeout_hours: int
    max_parts: int
    max_payload_bytes: int
    max_forms: int
    min_form_bytes: int
    zip_channels: frozenset[Channel]
    zip_max_bytes: int
    unsigned_channels: frozenset[Channel]
    purpose_channels: Mapping[str, frozenset[Channel]]
    notification_forms: int
    answer_zip_bytes: int
    keep_downloaded_days: int
    keep_answers_days: int
    keep_runs_days: int
    keep_consultations_years: int
    keep_attestations_days: int
    keep_removed_users_years: int
    keep_session_traces_days: int
    look_ups_per_hour: int
    failed_look_ups_per_hour: int
    trust: Path
    trust_policies: frozenset[str]
    trust_fetch: bool
    revocation_max_age_hours: int
    accept_text_signatures: bool
    tsa: TimeStampConfiguration
    dimona: DimonaConfiguration
    access: AccessConfiguration
    operator_address: str
    hsts_seconds: int
    contact_phone: str
    contact_hours: OpeningHours
    office: OfficeConfiguration

    @property
    def reception_rules(self) -> ReceptionRules:
        """What senders may deliver, as doors and judges need it."""
        return ReceptionRules(
            max_parts=self.max_parts,
            zip_channels=self.zip_channels,
            zip_set_bytes=self.zip_max_bytes,
            unsigned_channels=self.unsigned_channels,
            purpose_channels=self.purpose_channels,
        )

    @property
    def correspondence_limits(self) -> CorrespondenceLimits:
        """How long documents and letters last."""
        return CorrespondenceLimits(
            validity=timedelta(days=self.mail.ebox.valid_days),
            expiring=timedelta(days=self.mail.ebox.expiring_days),
            give_up=timedelta(days=self.mail.give_up_days),
        )

    @classmethod
    def from_environment(cls) -> Self:
        """Return the configuration of this process; ConfigurationError names the first unusable variable."""
        home = Path(os.environ.get("GUICHET_HOME") or REPOSITORY / "var").resolve()
        return cls(
            home=home,
            schemas=Path(os.environ.get("GUICHET_SCHEMAS") or REPOSITORY / "schemas").resolve(),
            database_url=find_database_url(home, os.environ) or "postgresql://postgres@/guichet",
            database_pool=max(read_number("GUICHET_DATABASE_POOL", 8), 1),
            sftp_host=os.environ.get("GUICHET_SFTP_HOST") or "127.0.0.1",
            sftp_port=read_number("GUICHET_SFTP_PORT", 8022),
            sftp_workers=read_number("GUICHET_SFTP_WORKERS", 2),
            eid=EidConfiguration.from_environment(home),
            ftp=FtpConfiguration.from_environment(),
            web=WebConfiguration.from_environment(),
            notices=NoticeConfiguration.from_environment(),
            keys=KeyConfiguration.from_environment(),
            mail=MailConfiguration.from_environment(),
            openid=OpenIdConfiguration.from_environment(),
            itsme=ItsmeConfiguration.from_environment(),
            eidas=EidasConfiguration.from_environment(),
            evidence=EvidenceConfiguration.from_environment(),
            check_ins=CheckInConfiguration.from_environment(),
            staging_max_bytes=read_number("GUICHET_STAGING_MAX_BYTES", 5 * 1024**3),
            staging_max_files=read_number("GUICHET_STAGING_MAX_FILES", 2000),
            lease_seconds=read_number("GUICHET_LEASE_SECONDS", 120),
            go_grace_minutes=read_number("GUICHET_GO_GRACE_MINUTES", 15),
            go_timeout_hours=read_number("GUICHET_GO_TIMEOUT_HOURS", 24),
            max_parts=read_number("GUICHET_MAX_PARTS", 9),
            max_payload_bytes=read_number("GUICHET_MAX_PAYLOAD_BYTES", 256 * 1024**2),
            max_forms=read_number("GUICHET_MAX_FORMS", 250_000),
            min_form_bytes=read_number("GUICHET_MIN_FORM_BYTES", 64),
            zip_channels=read_channels("GUICHET_ZIP_CHANNELS"),
            zip_max_bytes=read_number("GUICHET_ZIP_MAX_BYTES", 64 * 1024**2),
            unsigned_channels=read_channels("GUICHET_UNSIGNED_CHANNELS"),
            purpose_channels=read_purpose_channels("GUICHET_PURPOSE_CHANNELS"),
            notification_forms=read_number("GUICHET_NOTIFICATION_FORMS", 25_000),
            answer_zip_bytes=read_number("GUICHET_ANSWER_ZIP_BYTES", 50_000_000),
            keep_downloaded_days=read_kept_days("GUICHET_KEEP_DOWNLOADED_DAYS", 30),
            keep_answers_days=read_kept_days("GUICHET_KEEP_ANSWERS_DAYS", 90),
            keep_runs_days=read_kept_days("GUICHET_KEEP_RUNS_DAYS", 30),
            keep_consultations_years=read_kept_years("GUICHET_KEEP_CONSULTATIONS_YEARS", 10, least=5),
            keep_attestations_days=read_kept_days("GUICHET_KEEP_ATTESTATIONS_DAYS", 92),
            keep_removed_users_years=read_kept_years("GUICHET_KEEP_REMOVED_USERS_YEARS", 10),
            keep_session_traces_days=read_kept_days("GUICHET_KEEP_SESSION_TRACES_DAYS", 365),
            look_ups_per_hour=read_number("GUICHET_LOOK_UPS_PER_HOUR", 600),
            failed_look_ups_per_hour=read_number("GUICHET_FAILED_LOOK_UPS_PER_HOUR", 30),
            trust=Path(os.environ.get("GUICHET_TRUST") or home / "trust").resolve(),
            trust_policies=frozenset(os.environ.get("GUICHET_TRUST_POLICIES", "").replace(",", " ").split()),
            trust_fetch=read_switch("GUICHET_TRUST_FETCH", default=True),
            revocation_max_age_hours=read_number("GUICHET_REVOCATION_MAX_AGE_HOURS", 24),
            accept_text_signatures=read_switch("GUICHET_ACCEPT_TEXT_SIGNATURES", default=False),
            tsa=TimeStampConfiguration.from_environment(),
            dimona=DimonaConfiguration.from_environment(),
            access=AccessConfiguration.from_environment(),
            hsts_seconds=read_number("GUICHET_HSTS_SECONDS", 0),
            operator_address=os.environ.get("GUICHET_OPERATOR_ADDRESS") or "operator@guichet.example",
            contact_phone=os.environ.get("GUICHET_CONTACT_PHONE") or "02 511 51 51",
            contact_hours=read_opening_hours("GUICHET_CONTACT_HOURS", "1-5 7-20"),
            office=OfficeConfiguration.from_environment(),
        )
