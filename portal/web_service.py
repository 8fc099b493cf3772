"""Compose the web service from the rooms behind it."""

import secrets
from datetime import timedelta

from channels.inboxes import StagingQuota
from channels.staging import StagingArea
from channels.web.composition import WebComposition, WebSettings
from channels.web.front import WebService
from evidence.blobs import LocalBlobStore
from evidence.clock import SystemClock
from ingest.seal import Sealer
from ingest.trust_list import TrustList
from portal.check_ins import CheckInsOfSenders
from portal.configuration import Configuration
from portal.soap_signers import SignersOfTheTrustList
from portal.student_days import StudentDaysOfSenders


def compose_web_service(configuration: Configuration) -> WebService:
    """Return the web service under this configuration; Django must be set up."""
    staging = StagingArea(configuration.home / "staging")
    blobs = LocalBlobStore(configuration.home / "blobs")
    return WebService(
        WebComposition(
            staging=staging,
            quota=StagingQuota(configuration.staging_max_bytes, configuration.staging_max_files),
            seal=Sealer(staging=staging, blobs=blobs, randomness=secrets.token_bytes),
            blobs=blobs,
            clock=SystemClock(),
            rules=configuration.reception_rules,
            randomness=secrets.token_bytes,
            student_days=StudentDaysOfSenders(configuration),
            check_ins=CheckInsOfSenders(configuration),
            signers=SignersOfTheTrustList(
                TrustList(
                    max_age=timedelta(hours=configuration.revocation_max_age_hours),
                    policies=configuration.trust_policies,
                )
            ),
            settings=WebSettings(
                public_url=configuration.web.public_url,
                token_seconds=configuration.web.token_seconds,
                assertion_seconds=configuration.web.assertion_seconds,
                clock_tolerance_seconds=configuration.web.clock_tolerance_seconds,
                max_body_bytes=configuration.web.max_body_bytes,
                idle_seconds=configuration.web.idle_seconds,
                requests_per_minute=configuration.web.requests_per_minute,
                requests_at_once=configuration.web.requests_at_once,
                failures_per_minute=configuration.web.failures_per_minute,
                threads=configuration.web.threads,
                wait_seconds=configuration.web.wait_seconds,
                max_evidence_bytes=configuration.evidence.max_bytes,
                hsts_seconds=configuration.hsts_seconds,
            ),
        )
    )
