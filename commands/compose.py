"""Compose the counter from the settings: the one place where server commands and DAGs get it."""

import os
import secrets
import shlex
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

import django

from commands.code_revision import code_revision
from commands.garbage import spare_what_stays

if TYPE_CHECKING:
    from correspondence.outbox import Mailman
    from ingest.access_message import AccessMessage
    from ingest.checkin_message import CheckinMessage
    from ingest.dimona_message import DimonaMessage
    from ingest.offer_answers import AnswerDesk
    from ingest.payload_judging import PayloadJudge
    from ingest.seal import Sealer
    from ingest.settle_access import AccessDesk
    from ingest.trust_list import TrustList
    from ingest.work import Counter
    from portal.configuration import Configuration
    from signing.answers import AnswerSealer


def set_up_django() -> None:
    """Make the tables usable in this process; repeated calls are harmless."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()


@cache
def open_counter() -> "Counter":
    """Return the counter of this process, composed from its settings.

    Raises OutageError when a key cannot be read.
    """
    set_up_django()
    from django.conf import settings  # noqa: PLC0415 - Django must be set up first

    counter = compose_counter(settings.GUICHET)
    spare_what_stays()
    return counter


@cache
def open_trust() -> "TrustList":
    """Return the trust list of this process, by its settings; Django must be set up."""
    from django.conf import settings  # noqa: PLC0415 - Django must be set up first

    return compose_trust(settings.GUICHET)


def compose_trust(configuration: "Configuration") -> "TrustList":
    """Return the trust list under this configuration; Django must be set up."""
    from ingest.trust_list import TrustList  # noqa: PLC0415 - Django must be set up first

    return TrustList(
        max_age=timedelta(hours=configuration.revocation_max_age_hours),
        policies=configuration.trust_policies,
    )


def retire_due_answers() -> int:
    """Take out of the outboxes what was kept as long as the settings say; return how many answers left."""
    set_up_django()
    from django.conf import settings  # noqa: PLC0415 - Django must be set up first

    from evidence.clock import SystemClock  # noqa: PLC0415
    from ingest.retain import Keeping, retire_answers  # noqa: PLC0415

    configuration = settings.GUICHET
    keeping = Keeping.of_days(
        downloaded=configuration.keep_downloaded_days,
        offered=configuration.keep_answers_days,
    )
    return retire_answers(keeping, now=SystemClock().now())


def drop_unneeded_revocation_data() -> int:
    """Drop old revocation data by which no signature was judged; return how many records."""
    set_up_django()
    from channels.trusted import drop_unneeded_records  # noqa: PLC0415 - Django must be set up first
    from evidence.clock import SystemClock  # noqa: PLC0415

    return drop_unneeded_records(actor="retention", at=SystemClock().now())


def purge_web_service() -> int:
    """Delete what the web service no longer needs to remember; return how many rows went."""
    set_up_django()
    from channels.web.purging import purge_web_service as purge  # noqa: PLC0415 - Django must be set up first
    from evidence.clock import SystemClock  # noqa: PLC0415

    return purge(now=SystemClock().now())


def purge_signing_in() -> int:
    """End stays and first keys that are over and delete old attempts to sign in; return how many rows went."""
    set_up_django()
    from auth.purging import purge_signing_in as purge  # noqa: PLC0415 - Django must be set up first
    from evidence.clock import SystemClock  # noqa: PLC0415

    return purge(now=SystemClock().now())


def minimise_accounts() -> int:
    """Forget names of removed users and traces of stays that were kept as long as the settings say; return of how many."""
    set_up_django()
    from django.conf import settings  # noqa: PLC0415 - Django must be set up first

    from auth.minimising import forget_traces, persons_who_sign_in  # noqa: PLC0415
    from evidence.clock import SystemClock  # noqa: PLC0415
    from registers.access.minimising import forget_removed_persons  # noqa: PLC0415
    from registers.persons.told_names import forget_told_names  # noqa: PLC0415

    configuration, now, forgotten = settings.GUICHET, SystemClock().now(), 0
    if configuration.keep_session_traces_days:
        forgotten += forget_traces(before=now - timedelta(days=configuration.keep_session_traces_days), at=now)
    if configuration.keep_removed_users_years:
        before = years_before(now, configuration.keep_removed_users_years)
        forgotten += forget_removed_persons(before=before, sign_ins=persons_who_sign_in, at=now)
        forgotten += forget_told_names(before=before)
    return forgotten


def forget_sent_forms() -> int:
    """Forget forms that were sent from pages two days ago, whose tokens have long run out; return how many."""
    set_up_django()
    from django.apps import apps  # noqa: PLC0415 - Django must be set up first

    from evidence.clock import SystemClock  # noqa: PLC0415

    sent = apps.get_model("portal", "SentForm").objects
    return sent.filter(sent_at__lt=SystemClock().now() - timedelta(days=2)).delete()[0]


def forget_old_questions() -> int:
    """Delete looks at student days and ended attestations that were kept as long as the settings say; return how many."""
    set_up_django()
    from django.conf import settings  # noqa: PLC0415 - Django must be set up first

    from evidence.clock import SystemClock  # noqa: PLC0415
    from registers.student_days.questions.attestations import forget_attestations  # noqa: PLC0415
    from registers.student_days.questions.consultations import forget_looks  # noqa: PLC0415

    configuration, now = settings.GUICHET, SystemClock().now()
    forgotten = forget_attestations(before=now - timedelta(days=configuration.keep_attestations_days))
    if configuration.keep_consultations_years:
        forgotten += forget_looks(before=years_before(now, configuration.keep_consultations_years))
    return forgotten


def forget_old_student_days() -> int:
    """Delete student days and other employments that were kept as long as the setting says; return how many rows went."""
    set_up_django()
    from django.conf import settings  # noqa: PLC0415 - Django must be set up first

    from evidence.clock import SystemClock  # noqa: PLC0415
    from registers.student_days.keeping import forget_student_days  # noqa: PLC0415

    years = settings.GUICHET.dimona.keep_student_days_years
    return forget_student_days(years=years, at=SystemClock().now()).rows if years else 0


def years_before(now: datetime, years: int) -> datetime:
    """Return the same instant so many years earlier; of a 29th of February, the 28th where there is none."""
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)


def clean_airflow_runs() -> None:
    """Delete what Airflow keeps of runs older than the settings say."""
    set_up_django()
    from django.conf import settings  # noqa: PLC0415 - Django must be set up first

    from commands.stack.airflow_cleaning import clean_old_runs  # noqa: PLC0415 - sender's commands need none of it
    from evidence.clock import SystemClock  # noqa: PLC0415

    clean_old_runs(keep_days=settings.GUICHET.keep_runs_days, now=SystemClock().now())


def sign_evidence_head() -> None:
    """Sign how far the audit chain reaches, by the settings of this process; raises OutageError."""
    set_up_django()
    from commands.evidence.head import sign_newest_head  # noqa: PLC0415 - Django must be set up first

    sign_newest_head()


def compose_sealer(configuration: "Configuration") -> "Sealer":
    """Return what seals deliveries under this configuration."""
    from channels.staging import StagingArea  # noqa: PLC0415 - Django must be set up first
    from evidence.blobs import LocalBlobStore  # noqa: PLC0415
    from ingest.seal import Sealer  # noqa: PLC0415

    return Sealer(
        staging=StagingArea(configuration.home / "staging"),
        blobs=LocalBlobStore(configuration.home / "blobs"),
        randomness=secrets.token_bytes,
    )


def compose_answer_sealer(configuration: "Configuration") -> "AnswerSealer":
    """Return what signs answers under this configuration; raises as compose_answer_desk."""
    from ingest.answer_desks import open_answer_sealer  # noqa: PLC0415 - Django must be set up first

    return open_answer_sealer(
        configuration.home, tsa_url=configuration.tsa.url, tsa_certificate=configuration.tsa.certificate
    )


def compose_answer_desk(configuration: "Configuration") -> "AnswerDesk":
    """Return what it takes to answer under this configuration; Django must be set up.

    Raises OutageError when a certificate is missing or unusable, ValueError or OSError for the platform's own key.
    """
    from ingest.answer_desks import open_answer_desk  # noqa: PLC0415 - Django must be set up first

    return open_answer_desk(
        configuration.home,
        zip_above=configuration.answer_zip_bytes,
        tsa_url=configuration.tsa.url,
        tsa_certificate=configuration.tsa.certificate,
    )


def compose_dimona(configuration: "Configuration") -> "DimonaMessage":
    """Return the message DIMN under this configuration, as it judges; Django must be set up.

    Raises OutageError when a key cannot be read.
    """
    from ingest.dimona_message import DimonaMessage  # noqa: PLC0415 - Django must be set up first
    from registers.persons.numbers import PersonKeys  # noqa: PLC0415
    from validators.dimona import DimonaRuleSettings  # noqa: PLC0415

    return DimonaMessage(
        person_keys=PersonKeys.read(configuration.home / "keys" / "persons.json"),
        rules=DimonaRuleSettings(check_registration_digits=configuration.dimona.check_nsso_digits),
        late_also_369=configuration.dimona.late_also_369,
        users_apart=configuration.dimona.student_users_apart,
        late_tolerated=configuration.dimona.late_tolerated,
        late_cancels=configuration.dimona.late_cancels,
    )


def compose_mailman(configuration: "Configuration") -> "Mailman":
    """Return what carries messages: mail by the mail server where one is set, all else into a folder.

    Raises OutageError for a setting that cannot be used; Django must be set up.
    """
    from correspondence.models import Carrier  # noqa: PLC0415 - Django must be set up first
    from correspondence.outbox import FolderMailman, SortingMailman  # noqa: PLC0415
    from correspondence.smtp import SmtpMailman  # noqa: PLC0415

    folder = FolderMailman(configuration.home / "outbox")
    server = configuration.mail.server()
    mail = folder if server is None else SmtpMailman(server)
    return SortingMailman({Carrier.MAIL: mail, Carrier.TEXT_MESSAGE: folder, Carrier.EBOX: folder})


def compose_access(configuration: "Configuration") -> "AccessMessage":
    """Return the message ACCS under this configuration; Django must be set up.

    Raises OutageError when a key cannot be read.
    """
    from ingest.answer_desks import open_access_message  # noqa: PLC0415 - Django must be set up first

    return open_access_message(
        configuration.home,
        lockout_percent=configuration.access.lockout_percent,
        limits=configuration.access.limits,
        files=configuration.access.files,
    )


def compose_check_ins(configuration: "Configuration") -> "CheckinMessage":
    """Return the message CIAO under this configuration; Django must be set up.

    Raises OutageError when a key cannot be read.
    """
    from domain.environments import Environment  # noqa: PLC0415
    from evidence.spool import Spool  # noqa: PLC0415
    from ingest.check_in_desk import CheckInDesk  # noqa: PLC0415 - Django must be set up first
    from ingest.checkin_message import CheckinMessage  # noqa: PLC0415
    from ingest.evidence_files import CommandScanner, EvidenceDesk  # noqa: PLC0415
    from registers.checkins.intake import hold_items, take_items  # noqa: PLC0415
    from registers.persons.aliases import Aliases  # noqa: PLC0415
    from registers.persons.numbers import PersonKeys  # noqa: PLC0415

    keys, limits = PersonKeys.read(configuration.home / "keys" / "persons.json"), configuration.check_ins.limits
    evidence = configuration.evidence
    scanner = CommandScanner(shlex.split(evidence.scanner), seconds=evidence.scanner_seconds)
    shelf = EvidenceDesk(
        configuration.home / "checkin-evidence",
        max_bytes=evidence.max_bytes,
        scanner=scanner,
        spool=Spool.below(configuration.home),
    )
    take = partial(take_items, limits=limits, shelf=shelf)
    desks = {
        environment: CheckInDesk(partial(take, aliases=Aliases(keys, environment=environment)), limits.times)
        for environment in (Environment.PRODUCTION, Environment.TEST)
    }
    of_simulations = Aliases(keys, environment=Environment.TEST)
    return CheckinMessage(desks, limits.times, partial(hold_items, aliases=of_simulations, limits=limits))


def open_access_desk() -> "AccessDesk":
    """Return who settles access declarations that waited, by the settings of this process; raises OutageError."""
    set_up_django()
    from django.conf import settings  # noqa: PLC0415 - Django must be set up first

    from ingest.settle_access import AccessDesk  # noqa: PLC0415

    return AccessDesk(compose_access(settings.GUICHET), compose_answer_desk(settings.GUICHET))


def compose_payload_judge(configuration: "Configuration") -> "PayloadJudge":
    """Return what judges declarations under this configuration; Django must be set up.

    Raises OutageError when a key cannot be read.
    """
    from commands.judging_workers import judging_workers  # noqa: PLC0415 - Django must be set up first
    from evidence.blobs import LocalBlobStore  # noqa: PLC0415
    from ingest.judged_files import JudgedFiles  # noqa: PLC0415
    from ingest.payload_judging import PayloadJudge  # noqa: PLC0415
    from validators.reading import ReadingLimits  # noqa: PLC0415
    from validators.schemas import SchemaLibrary  # noqa: PLC0415

    limits = ReadingLimits(
        payload_bytes=configuration.max_payload_bytes,
        forms=configuration.max_forms,
        min_form_bytes=configuration.min_form_bytes,
    )
    dimona = compose_dimona(configuration)
    return PayloadJudge(
        messages={"DIMN": dimona, "ACCS": compose_access(configuration), "CIAO": compose_check_ins(configuration)},
        schemas=SchemaLibrary(configuration.schemas),
        limits=limits,
        blobs=LocalBlobStore(configuration.home / "blobs"),
        files=JudgedFiles(configuration.home / "judged"),
        workers=judging_workers,
        randomness=secrets.token_bytes,
        mark=f"{code_revision()} {dimona.rules} {dimona.late_also_369} {limits}",
    )


def compose_counter(configuration: "Configuration") -> "Counter":
    """Return the counter under this configuration; Django must be set up.

    Raises OutageError when a key cannot be read.
    """
    from commands.filing_lanes import ProcessLanes  # noqa: PLC0415 - Django must be set up first
    from evidence.clock import SystemClock  # noqa: PLC0415
    from ingest.file_declarations import FilingDesk  # noqa: PLC0415
    from ingest.recover import Patience  # noqa: PLC0415
    from ingest.work import Counter  # noqa: PLC0415
    from signing.detached import TextMode  # noqa: PLC0415

    payloads = compose_payload_judge(configuration)
    desk = FilingDesk(
        messages={**payloads.messages, "DIMN": replace(compose_dimona(configuration), lanes=ProcessLanes())},
        payloads=payloads,
        answers=compose_answer_desk(configuration),
        notification_forms=configuration.notification_forms,
    )
    return Counter(
        desk=desk,
        sealer=compose_sealer(configuration),
        clock=SystemClock(),
        lease=timedelta(seconds=configuration.lease_seconds),
        patience=Patience(
            after_go_ahead=timedelta(minutes=configuration.go_grace_minutes),
            without_go_ahead=timedelta(hours=configuration.go_timeout_hours),
        ),
        mailman=compose_mailman(configuration),
        operator_address=configuration.operator_address,
        trust=compose_trust(configuration),
        text_mode=TextMode.ACCEPTED if configuration.accept_text_signatures else TextMode.REFUSED,
        rules=configuration.reception_rules,
        warned_at=configuration.dimona.student_warned_at,
    )
