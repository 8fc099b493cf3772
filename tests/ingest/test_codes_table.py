"""Every reception code in one table: the name test set of the batch protocol (§5.1) and each code of its stages A to G.

Everything is delivered to one counter, which then answers all of it.
"""

import io
import shutil
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from channels.inboxes import StagingQuota
from channels.logins import ChannelLogin
from channels.mailboxes import Mailbox, Mailboxes
from channels.models import Sender, SenderChannel, SenderService, SenderState
from channels.staging import StagingArea
from domain.channels import Channel
from domain.environments import INBOXES, OUTBOXES, Environment, Tray
from domain.mailboxes import UploadStart
from domain.reception_rules import ReceptionRules
from domain.refusals import RefusalCode
from domain.sender_numbers import SenderNumber
from evidence.models import UsedName
from tests.access_files import a_declaration, the_user
from tests.access_files import a_file as access_file
from tests.access_files import a_form as access_form
from tests.checkin_files import a_batch, a_day_item
from tests.counter_bench import DAY, CounterBench, make_entity, make_sender
from tests.dimona_files import a_form, a_payload, an_in
from validators.reading import ReadingLimits
from validators.schemas import SchemaLibrary

PAYLOAD = a_payload(an_in())
OTHER_SENDER, CLOSED_SENDER, SUSPENDED_SENDER = "654321", "222222", "333333"
RULES = ReceptionRules(
    max_parts=8,
    zip_channels=frozenset({Channel.FTP}),
    zip_set_bytes=20_000,
    unsigned_channels=frozenset({Channel.WEB_SERVICE}),
    purpose_channels={"AOAT": frozenset({Channel.FTP})},
)
LIMITS = ReadingLimits(payload_bytes=100_000, forms=5)
KEY = f"DIMN.123456.{DAY}.{{seq}}.R"
SIMULATED = f"DIMN.123456.{DAY}.{{seq}}.S"
Put = tuple[str, bytes | None]
"""A name, `{seq}` for a sequence of the row's own, and content; None for the signature of the file before it."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is put where by whom, and what the answers to it say: by name, the codes in their order."""

    files: tuple[Put, ...]
    answers: dict[str, str]
    tray: Tray = Tray.IN
    channel: Channel = Channel.SFTP
    sender: str = "123456"
    signer: str = "123456"


def lone(name: str, codes: str, **where: object) -> Row:
    """One file that is answered by its own name."""
    return Row(((name, PAYLOAD),), {name: codes}, **where)


def a_set(
    codes: str,
    *payloads: bytes,
    key: str = KEY,
    tails: tuple[str, ...] | None = None,
    go: str | None = None,
    signed: bytes | None = None,
    has_signatures: bool = True,
    **where: object,
) -> Row:
    """A whole set, answered by the name of its GO."""
    payloads = payloads or (PAYLOAD,)
    tails = tails or tuple(f".{len(payloads)}.{part}" for part in range(1, len(payloads) + 1))
    files: list[Put] = []
    for payload, tail in zip(payloads, tails, strict=True):
        files.append((f"FI.{key}{tail}", payload))
        if has_signatures:
            files.append((f"FS.{key}{tail}", signed))
    go_name = f"GO.{key}" + (f".{len(payloads)}" if go is None else go)
    return Row((*files, (go_name, b"")), {go_name: codes}, **where)


def zipped(*contents: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"payload-{number}", content)
    return made.getvalue()


def over_ftp(codes: str, *payloads: bytes) -> Row:
    return a_set(codes, *payloads, channel=Channel.FTP)


def xml(text: str) -> bytes:
    return PAYLOAD.replace(b"<Form>", text.encode() + b"<Form>", 1)


SINGLE = a_payload(an_in()).replace(b"<Dimona ", b"<Single ").replace(b"</Dimona>", b"</Single>")
SINGLE = SINGLE.replace(b"Dimona_20231", b"Single_20231")
ZIMA, CIAO, ACCS = (KEY.replace("DIMN", purpose) for purpose in ("ZIMA", "CIAO", "ACCS"))
MINUTE = timedelta(minutes=1)

NAME_TEST_SET = {
    "a complete set": a_set("", key=f"DIMN.123456.{DAY}.00001.R"),
    "the same complete name again": a_set("133", key=f"DIMN.123456.{DAY}.00001.R"),
    "the same key in another number of parts": a_set("133", PAYLOAD, PAYLOAD, key=f"DIMN.123456.{DAY}.00001.R"),
    "a set without tails": a_set("", SINGLE, key=ZIMA, tails=("",), go=""),
    "prefix FX": lone(f"FX.{KEY}.1.1", "129"),
    "an extension": lone(f"FI.{KEY}.1.1.xml", "131"),
    "an FS without the tail of its FI": Row(
        ((f"FI.{KEY}.1.1", PAYLOAD), (f"FS.{KEY}", None), (f"GO.{KEY}.1", b"")), {f"GO.{KEY}.1": "132"}
    ),
    "an FS with half a tail": lone(f"FS.{KEY}.1", "132"),
    "a GO with a part number": lone(f"GO.{KEY}.1.1", "107"),
    "a TD with a part number": lone(f"TD.{KEY}.1.1", "107"),
    "a date of 7 characters": lone("FI.DIMN.123456.2026041.{seq}.R.1.1", "109"),
    "a date that is none": lone("FI.DIMN.123456.20260231.{seq}.R.1.1", "110"),
    "a date in the future": lone("FI.DIMN.123456.20260702.{seq}.R.1.1", "111"),
    "a date that is too old": lone("FI.DIMN.123456.20250629.{seq}.R.1.1", "126"),
    "a sequence of 4 characters": lone(f"FI.DIMN.123456.{DAY}.0001.R.1.1", "112"),
    "a sequence with a small letter": lone(f"FI.DIMN.123456.{DAY}.00a01.R.1.1", "367"),
    "a sequence of zeros": lone(f"FI.DIMN.123456.{DAY}.00000.R.1.1", "127"),
    "12 parts": lone(f"FI.{KEY}.12.1", "114"),
    "A parts": lone(f"FI.{KEY}.A.1", "115"),
    "0 parts": lone(f"FI.{KEY}.0.1", "116"),
    "more parts than this counter takes": lone(f"FI.{KEY}.9.1", "128"),
    "more parts in the GO than this counter takes": lone(f"GO.{KEY}.9", "128"),
    "environment P": lone(f"FI.DIMN.123456.{DAY}.{{seq}}.P.1.1", "117"),
    "no environment": lone(f"FI.DIMN.123456.{DAY}.{{seq}}..1.1", "144"),
    "several faults of one name": lone("FI.DIMN.123456.20260702.00000.X.0.1", "111 127 116 117"),
    "another sender's number": a_set("108", key=f"DIMN.{OTHER_SENDER}.{DAY}.{{seq}}.R"),
    "R in INTEST": a_set("118", tray=Tray.IN_TEST),
    "T in IN": a_set("119", key=f"DIMN.123456.{DAY}.{{seq}}.T"),
    "S in INTEST": a_set("257", key=f"DIMN.123456.{DAY}.{{seq}}.S", tray=Tray.IN_TEST),
    "one part of two": a_set("120 122", tails=(".2.1",), go=".2"),
    "one FS of two": Row(
        ((f"FI.{KEY}.2.1", PAYLOAD), (f"FS.{KEY}.2.1", None), (f"FI.{KEY}.2.2", PAYLOAD), (f"GO.{KEY}.2", b"")),
        {f"GO.{KEY}.2": "122"},
    ),
    "parts 1 and 3 of two": Row(
        (
            *((f"FI.{KEY}.2.1", PAYLOAD), (f"FS.{KEY}.2.1", None)),
            *((f"FI.{KEY}.2.3", PAYLOAD), (f"FS.{KEY}.2.3", None), (f"GO.{KEY}.2", b"")),
        ),
        {f"FI.{KEY}.2.3": "123", f"FS.{KEY}.2.3": "124", f"GO.{KEY}.2": "120 122"},
    ),
    "FI and FS without GO": Row(((f"FI.{KEY}.1.1", PAYLOAD), (f"FS.{KEY}.1.1", None)), {f"FI.{KEY}.1.1": "130"}),
    "an FI changed after signing": a_set("125", signed=b"another"),
    "a signature by another sender's certificate": a_set("153", signer=CLOSED_SENDER),
    "DMFA from a sender without it": a_set("154", key=KEY.replace("DIMN", "DMFA")),
    "content of another message": a_set("158", b"<DmfAOriginal/>"),
}
SETS = {
    "a part under two names": Row(
        (
            *((f"FI.{KEY}.1.1", PAYLOAD), (f"FS.{KEY}.1.1", None)),
            *((f"FI.{KEY}", PAYLOAD), (f"GO.{KEY}.1", b"")),
        ),
        {f"GO.{KEY}.1": "120"},
    ),
    "parts that announce another number": Row(
        (
            *((f"FI.{KEY}.1.1", PAYLOAD), (f"FS.{KEY}.1.1", None)),
            *((f"FI.{KEY}.2.1", PAYLOAD), (f"GO.{KEY}.1", b"")),
        ),
        {f"GO.{KEY}.1": "120"},
    ),
    "a set of two parts": a_set("", PAYLOAD, PAYLOAD),
    "a simulation without FS": a_set("", key=SIMULATED, has_signatures=False, tray=Tray.IN_SIMULATION),
    "a simulation with an FS for one part of two": Row(
        (
            *((f"FI.{SIMULATED}.2.1", PAYLOAD), (f"FS.{SIMULATED}.2.1", None)),
            *((f"FI.{SIMULATED}.2.2", PAYLOAD), (f"GO.{SIMULATED}.2", b"")),
        ),
        {f"GO.{SIMULATED}.2": "122"},
        tray=Tray.IN_SIMULATION,
    ),
    "a TD in time": Row(
        ((f"FI.DIMN.123456.{DAY}.TD001.R.2.1", PAYLOAD), (f"TD.DIMN.123456.{DAY}.TD001.R.2", b"")),
        {f"TD.DIMN.123456.{DAY}.TD001.R.2": ""},
    ),
    "the name that the TD set free": a_set("", key=f"DIMN.123456.{DAY}.TD001.R"),
    "a TD that announces another number of parts": Row(
        ((f"FI.{KEY}.2.1", PAYLOAD), (f"TD.{KEY}.3", b"")), {f"TD.{KEY}.3": ""}
    ),
    "a TD without a tail": Row(((f"FI.{KEY}.2.1", PAYLOAD), (f"TD.{KEY}", b"")), {f"TD.{KEY}": ""}),
    "a TD that comes too late": lone(f"TD.DIMN.123456.{DAY}.00001.R.1", "133"),
    "a TD of nothing": lone(f"TD.{KEY}.1", "133"),
    "a TD in another sender's name": lone(f"TD.DIMN.{OTHER_SENDER}.{DAY}.{{seq}}.R.1", "108"),
    "a TD in the wrong tray": lone(f"TD.{KEY}.1", "118", tray=Tray.IN_TEST),
    "a channel that is closed meanwhile": a_set(
        "249", key=f"DIMN.{CLOSED_SENDER}.{DAY}.{{seq}}.R", sender=CLOSED_SENDER
    ),
    "a purpose on a channel that does not take it": a_set("249", key=f"AOAT.123456.{DAY}.{{seq}}.R"),
    "a purpose on the channel that takes it": a_set("154", key=f"AOAT.123456.{DAY}.{{seq}}.R", channel=Channel.FTP),
    "several faults of the place": a_set(
        "108 119 249", key=f"DIMN.123456.{DAY}.{{seq}}.T", sender=CLOSED_SENDER, signed=b"never looked at"
    ),
    "several faults of the sender": a_set(
        "103 154", key=f"DIMN.{SUSPENDED_SENDER}.{DAY}.{{seq}}.R", sender=SUSPENDED_SENDER
    ),
    "an FS where the channel has its own signature": a_set("121", channel=Channel.WEB_SERVICE),
    "no FS where the channel has its own signature": a_set("", has_signatures=False, channel=Channel.WEB_SERVICE),
}
SIZES = {
    "an empty file": a_set("134", b""),
    "a file that is too large": a_set("184", PAYLOAD + b" " * 100_000),
    "several faults of size": a_set("134 184", b"", PAYLOAD + b" " * 100_000, signed=b"never looked at"),
    "more forms than the bytes allow": a_set("172", a_payload(*["<Form/>"] * 4)),
    "more forms than a set may have": a_set("275", a_payload(*[an_in()] * 3), a_payload(*[an_in()] * 3)),
    "as many forms as a set may have": a_set("", a_payload(*[an_in()] * 3), a_payload(*[an_in()] * 2)),
    "a fault of size that shows late": a_set("172", PAYLOAD[:-12], a_payload(*["<Form/>"] * 4)),
    "a zipped payload": over_ftp("", zipped(PAYLOAD)),
    "a payload that is not zipped where it might be": over_ftp("", PAYLOAD),
    "a zipped payload where the channel does not allow it": a_set("102", zipped(PAYLOAD)),
    "a file that only begins as a zip": over_ftp("280", b"PK\x03\x04"),
    "a zip with a byte changed": over_ftp("280", zipped(PAYLOAD).replace(b"payload-0", b"payload-1", 1)),
    "a zip of two files": over_ftp("281", zipped(PAYLOAD, PAYLOAD)),
    "a zip without files": over_ftp("281", zipped()),
    "a zip by another method": over_ftp("229", zipped(PAYLOAD, method=zipfile.ZIP_BZIP2)),
    "a zip of an empty file": over_ftp("134", zipped(b"")),
    "a zip of too large a file": over_ftp("184", zipped(bytes(100_001))),
    "a set with a zip that is too large as sent": over_ftp("509", zipped(bytes(25_000), method=zipfile.ZIP_STORED)),
    "several faults of zips": over_ftp("280 281", b"PK\x03\x04", zipped(PAYLOAD, PAYLOAD)),
}
CONTENTS = {
    "XML cut short": a_set("102", PAYLOAD[:-12]),
    "a document type": a_set("102", PAYLOAD.replace(b"<Dimona", b"<!DOCTYPE Dimona><Dimona", 1)),
    "UTF-16": a_set("138", PAYLOAD.decode().replace("UTF-8", "UTF-16").encode("utf-16")),
    "no schema named": a_set("136", PAYLOAD.replace(b' xsi:noNamespaceSchemaLocation="Dimona_20231.xsd"', b"")),
    "a schema that is not open": a_set("137", a_payload(an_in(), schema="Dimona_19991.xsd")),
    "a form that is not of the schema": a_set("135", PAYLOAD.replace(b">DIMONA<", b">ZIMA501<")),
    "a classic root in a namespace": a_set("139", PAYLOAD.replace(b"<Dimona ", b'<Dimona xmlns="urn:x" ')),
    "a message of a namespace without one": a_set("139", PAYLOAD, key=CIAO),
    "a message of a namespace in another": a_set("139", b'<Presences xmlns="urn:guichet:presence:2"/>', key=CIAO),
    "a message of a namespace in its own, without forms": a_set(
        "157", b'<PresenceBatch xmlns="urn:guichet:presence:1"/>', key=CIAO
    ),
    "a company that gave no mandate": a_set(
        "155", access_file(access_form(a_declaration(the_user(), action="BLOCK"), company="0400767772")), key=ACCS
    ),
    "check-ins that are more than announced": a_set("255", a_batch(a_day_item(1), a_day_item(2), count=1), key=CIAO),
    "no form in the only payload": a_set("157", a_payload()),
    "no form in one of two payloads": a_set("142", PAYLOAD, a_payload()),
    "a block that is no form": a_set("205", xml("<Header/>")),
    "two forms where one is allowed": a_set("246", SINGLE.replace(b"<Form>", b"<Form/><Form>"), key=ZIMA),
    "a root that belongs to no message": a_set("089", b"<Unknown/>"),
    "an attribute on the root": a_set("274", PAYLOAD.replace(b"<Dimona ", b'<Dimona version="1" ')),
    "text outside the forms": a_set("312", xml("text")),
    "several faults of content": a_set("102 137", PAYLOAD[:-12], a_payload(an_in(), schema="Dimona_19991.xsd")),
    "unreadable content with an invalid signature": a_set("125", b"<", signed=b"another"),
    "an unsound form, which is answered alone": a_set("", a_payload(a_form("<Nonsense/>"))),
}
TABLE = NAME_TEST_SET | SETS | SIZES | CONTENTS
RECEIPTS = {f"FI.ACRF.123456.{DAY}.00001.R": ["167"], f"FI.ACRF.123456.{DAY}.99999.R": ["166"]}


@pytest.fixture
def narrow(bench: CounterBench, tmp_path: Path) -> CounterBench:
    """A counter with small limits, three channels, two more messages and three more senders."""
    bench.mailboxes = Mailboxes(
        staging=StagingArea(bench.home / "staging"),
        quota=StagingQuota(max_bytes=50 * 1024**2, max_files=400),
        seal=bench.counter.sealer,
        blobs=bench.counter.desk.payloads.blobs,
        clock=bench.clock,
        rules=RULES,
    )
    payloads = replace(bench.counter.desk.payloads, limits=LIMITS, schemas=a_library(tmp_path / "schemas", bench))
    desk = replace(bench.counter.desk, payloads=payloads)
    bench.counter = replace(bench.counter, rules=RULES, desk=desk)
    for channel in (Channel.FTP, Channel.WEB_SERVICE):
        SenderChannel.objects.create(sender_id="123456", channel=channel)
    for purpose in ("ZIMA", "CIAO", "ACCS"):
        SenderService.objects.create(sender_id="123456", purpose=purpose, environment=Environment.PRODUCTION)
    others = ((OTHER_SENDER, "0400767772"), (CLOSED_SENDER, "0412345713"), (SUSPENDED_SENDER, "0412345812"))
    for number, company in others:
        entity = make_entity(company=company, nsso=company[1:])
        make_sender(number, entity=entity, identity=signer_of(bench, number), services=())
    return bench


def signer_of(bench: CounterBench, number: str):
    return bench.authority.issue_signer(f"Sender {number}", at=bench.clock.now(), lifetime=timedelta(days=9))


def a_library(folder: Path, bench: CounterBench) -> SchemaLibrary:
    """Dimona, a message of one form a file, and two that are named by their namespaces."""
    kept = bench.counter.desk.payloads.schemas.versions[0].definition.parents[2] / "dimona" / "20231"
    shutil.copytree(kept, folder / "dimona" / "20231")
    text = (kept / "manifest.toml").read_text(encoding="utf-8")
    (folder / "single" / "1").mkdir(parents=True)
    single = text.replace('"DIMN"', '"ZIMA"\nmax_forms = 1').replace('= "Dimona"', '= "Single"')
    (folder / "single" / "1" / "manifest.toml").write_text(single, encoding="utf-8")
    for structure in ("accs", "ciao"):
        shutil.copytree(kept.parents[1] / structure, folder / structure)
    return SchemaLibrary(folder)


class Delivering:
    """Puts rows, each under a sequence of its own, and notes what is to be answered to each name."""

    def __init__(self, bench: CounterBench) -> None:
        self.bench = bench
        self.expected: defaultdict[str, list[list[str]]] = defaultdict(list)
        self.strangers = {number: signer_of(bench, number) for number in (OTHER_SENDER,)}
        self.mailboxes: dict[tuple[str, Channel], Mailbox] = {}

    def put(self, number: int, row: Row) -> None:
        sequence, before = f"{number:05d}", b""
        for template, content in row.files:
            sent = self._sign(before, row.signer) if content is None else content
            self._put(row, self._name(template, sequence), sent)
            before = sent
        for template, codes in row.answers.items():
            self.expected[self._name(template, sequence)].append(codes.split())

    def _put(self, row: Row, name: str, content: bytes) -> None:
        """Put one file; the sender that is suspended is so at the close, since nothing is begun by one that is."""
        upload = self._mailbox(row).begin_upload(row.tray, name, start=UploadStart.EMPTY)
        Sender.objects.filter(number=SUSPENDED_SENDER).update(state=SenderState.SUSPENDED, suspended_by="COMPANY")
        upload.write(0, content)
        upload.close()
        Sender.objects.filter(number=SUSPENDED_SENDER).update(state=SenderState.ACTIVE, suspended_by="")

    def _name(self, template: str, sequence: str) -> str:
        return template.replace("{seq}", sequence)

    def _sign(self, payload: bytes, signer: str) -> bytes:
        return self.bench.sign(payload, self.bench.identity if signer == "123456" else self.strangers[OTHER_SENDER])

    def _mailbox(self, row: Row) -> Mailbox:
        login = ChannelLogin(SenderNumber(row.sender), f"EXP_{row.sender}", row.channel)
        key = (row.sender, row.channel)
        return self.mailboxes.setdefault(key, self.bench.mailboxes.open_mailbox(login))


def told(bench: CounterBench) -> Iterator[tuple[str, list[str]]]:
    """Yield every acknowledgement: the name it speaks of and its codes, by sender, in the order of their reception."""
    for sender in ("123456", CLOSED_SENDER, SUSPENDED_SENDER):
        for tray in OUTBOXES:
            for answer in bench.answers("ACRF", tray=tray, number=sender):
                yield answer.texts("FileName")[0], [code.removeprefix("ACRF-") for code in answer.codes]


def acknowledge(bench: CounterBench) -> None:
    bench.counter.claim_and_acknowledge("test")


def test_every_name_set_size_and_content_gets_its_codes(narrow: CounterBench):
    delivering = Delivering(narrow)
    SenderChannel.objects.filter(sender_id=CLOSED_SENDER).delete()
    for number, row in enumerate(TABLE.values(), start=100):
        delivering.put(number, row)
    acknowledge(narrow)
    for name in (*RECEIPTS, next(iter(RECEIPTS))):
        narrow.put(name, b"")
    narrow.clock.advance(16 * MINUTE)
    narrow.counter.sweep()
    acknowledge(narrow)
    assert not any("130" in codes for _, codes in told(narrow))
    narrow.clock.advance(24 * 60 * MINUTE)
    narrow.counter.sweep()
    acknowledge(narrow)

    answered: defaultdict[str, list[list[str]]] = defaultdict(list)
    for name, codes in told(narrow):
        answered[name].append(codes)
    assert answered == delivering.expected | {name: [codes] for name, codes in RECEIPTS.items()}
    assert [entry for tray in INBOXES for entry in narrow.mailbox().list_tray(tray)] == []
    assert not UsedName.objects.filter(owner=OTHER_SENDER).exists()


def test_the_table_holds_every_code_that_there_is():
    rows = [codes for row in TABLE.values() for codes in row.answers.values()]
    held = {code for codes in rows for code in codes.split()} | {codes[0] for codes in RECEIPTS.values()}

    assert held == {code.removeprefix("ACRF-") for code in RefusalCode}
