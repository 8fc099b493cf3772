"""A counter that received, judged and answered some sets, was linked and signed twice: what tests then tamper with."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from django.core.management import call_command
from django.db import connection

from channels.models import Sender
from channels.trusted import keep_record, trust_certificate
from commands.authority import Authority, Identity
from commands.compose import compose_answer_sealer
from commands.evidence.documents import DocumentsOfCorrections
from commands.evidence.papers import TablesOfTrust
from commands.evidence.platform_signatures import HeadSigner, PlatformSignatures
from domain.trust import RevocationKind, RevocationRecord, TrustRole
from evidence.audit import append_event, link_events
from evidence.blobs import LocalBlobStore
from evidence.heads import sign_head, write_head
from evidence.models import Submission
from evidence.verification.findings import EvidenceReport
from evidence.verification.stored_files import Depth
from evidence.verification.whole import Verification
from sender.progress import silent
from signing.detached import TextMode
from tests.counter_bench import NOON, CounterBench, make_entity, make_sender, open_bench, register_certificate
from tests.dimona_files import STUDENTS, a_payload, an_in


@dataclass(frozen=True, slots=True)
class Story:
    """What was told: an accepted set, one refused for its signature, a repeat, one signed as text, one judged by OCSP, one of two parts."""

    bench: CounterBench
    accepted: Submission
    refused: Submission
    as_text: Submission
    by_ocsp: Submission
    last: Submission

    @property
    def heads(self) -> Path:
        return self.bench.home / "heads"

    def verify(
        self, *, store: LocalBlobStore | None = None, depth: Depth = Depth.HASHES, heads: Path | None = None
    ) -> EvidenceReport:
        return Verification(
            store=store or LocalBlobStore(self.bench.home / "blobs"),
            papers=TablesOfTrust(),
            documents=DocumentsOfCorrections(self.bench.home / "checkin-evidence"),
            checker=PlatformSignatures.read(self.bench.home / "keys"),
            head_folders=[heads or self.heads],
            depth=depth,
            meter=silent,
        ).run()


def make_platform_keys(folder: Path) -> None:
    """Make the platform's certificates valid at the time at which the story is told."""
    folder.mkdir()
    authority = Authority.create("Guichet authority", at=NOON - timedelta(days=9), lifetime=timedelta(days=3650))
    authority.identity.write(key_path=folder / "authority.key.pem", certificate_path=folder / "authority.cert.pem")
    authority.issue_signer("Guichet answers", at=NOON - timedelta(days=9), lifetime=timedelta(days=825)).write(
        key_path=folder / "answers.key.pem", certificate_path=folder / "answers.cert.pem"
    )


def tell_story(home: Path, keys_home: Path) -> Story:
    """Deliver, judge, answer, link and sign; all of it is committed."""
    make_platform_keys(keys_home / "keys")
    bench = open_bench(home, keys_home)
    bench.counter = replace(bench.counter, text_mode=TextMode.ACCEPTED)
    make_sender(bench.number, entity=make_entity(), identity=bench.identity)
    payload = a_payload(an_in())
    key = bench.deliver(payload)
    bench.work()
    bench.deliver(payload, signature=bench.sign(payload + b" "))
    bench.deliver(payload, key=key)
    bench.put("GO.no_name_at_all")
    bench.work()
    sign(bench)
    text = a_payload(an_in(insz=STUDENTS[1]), an_in(insz=STUDENTS[2])).replace(b"\r\n", b"\n")
    text_key = bench.deliver(text, signature=bench.sign(text.replace(b"\n", b"\r\n")))
    bench.work()
    bench.collect_all()
    by_ocsp = bench.deliver(payload, signature=bench.sign(payload, trust_by_ocsp(bench)))
    bench.work()
    last = bench.next_key()
    for part in (1, 2):
        bench.put(f"FI.{last}.2.{part}", payload)
        bench.put(f"FS.{last}.2.{part}", bench.sign(payload))
    bench.put(f"GO.{last}.2")
    bench.work()
    sign(bench)
    append_event("test:waiting", at=bench.clock.now(), actor="test")
    first, refused = Submission.objects.order_by("pk")[:2]
    as_text, answered = (Submission.objects.get(subject_name=f"GO.{one}.1") for one in (text_key, by_ocsp))
    return Story(bench, first, refused, as_text, answered, Submission.objects.latest("pk"))


def trust_by_ocsp(bench: CounterBench) -> Identity:
    """Register a certificate of another authority, which tells by OCSP alone what it revoked."""
    authority = Authority.create("Authority with a responder", at=NOON - timedelta(days=9), lifetime=timedelta(days=99))
    identity = authority.issue_signer("Another key", at=NOON - timedelta(days=8), lifetime=timedelta(days=90))
    anchor = authority.identity.certificate
    trust_certificate(anchor.public_bytes(Encoding.DER), role=TrustRole.ANCHOR, source="test", at=NOON)
    register_certificate(Sender.objects.get(), identity)
    response = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=identity.certificate,
            issuer=anchor,
            algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.GOOD,
            this_update=NOON - timedelta(hours=1),
            next_update=NOON + timedelta(hours=23),
            revocation_time=None,
            revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, anchor)
        .sign(authority.identity.key, hashes.SHA256())
    )
    keep_record(
        RevocationRecord(RevocationKind.OCSP, response.public_bytes(Encoding.DER), NOON),
        issuer=hashlib.sha256(anchor.subject.public_bytes()).hexdigest(),
        certificate=f"{identity.certificate.serial_number:x}",
        this_update=NOON - timedelta(hours=1),
        next_update=NOON + timedelta(hours=23),
        source="test",
    )
    return identity


def sign(bench: CounterBench) -> None:
    link_events(now=bench.clock.now())
    bench.clock.advance(timedelta(minutes=1))
    configuration = replace(_configuration(), home=bench.home)
    signed = sign_head(HeadSigner(compose_answer_sealer(configuration)), at=bench.clock.now())
    assert signed is not None
    write_head(signed, bench.home / "heads")


def _configuration() -> object:
    from django.conf import settings  # noqa: PLC0415 - configured by then

    return settings.GUICHET


@contextmanager
def told(home: Path) -> Iterator[Story]:
    """Tell the story into the test database, and empty that afterwards."""
    (home / "home").mkdir()
    (home / "platform").mkdir()
    try:
        yield tell_story(home / "home", home / "platform")
    finally:
        call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)


PLACES = {
    ":first": "(SELECT min(id) FROM evidence_submission)",
    ":any_blob": "(SELECT min(sha256) FROM evidence_blob WHERE sha256 <> coalesce(blob_id, ''))",
    ":last_link": "(SELECT max(position) FROM evidence_auditlink)",
}


def unguarded(statement: str, *values: object) -> None:
    """Change tables as somebody with every right would; `:first` and the like stand for what they say."""
    for name, query in PLACES.items():
        statement = statement.replace(name, query)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values or None)
        cursor.execute("SET session_replication_role = origin")
