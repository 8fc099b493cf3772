"""A large payload is judged in pieces and filed as sets, and nobody can tell from its answers."""

import io
import os
import re
import zipfile
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import pytest
from django.db import connection

from channels.models import Sender
from channels.senders import read_senders
from domain.channels import Channel
from domain.filenames import Prefix
from domain.identifiers import insz, period_id
from domain.reception_rules import ReceptionRules
from domain.student_declarations import JudgedForm
from evidence.models import Submission, SubmissionPart, SubmissionState
from ingest.anomaly_labels import read_catalogue
from ingest.cases import describe
from ingest.dimona_message import DimonaMessage
from ingest.judged_files import JudgedChunk, JudgedFiles
from ingest.judged_forms import FormsOnDisk
from registers.student_days.models import Declaration, Period, PeriodVersion, QuotaAccount
from tests.counter_bench import CounterBench, change_payloads
from tests.dimona_files import a_payload, an_in, an_out, an_update
from tests.ingest.answer_checks import require_valid_answer, standing_at
from tests.mixed_forms import mixed_forms

FORMS = int(os.environ.get("FORMS", "300"))
FILES = FORMS // 10
VARYING = re.compile(
    r"(?<=<FormCreationHour>)[^<]+|(?<=<FileName>)[^<]+|(?<=<DimonaPeriodId>)[^<]+"
    r"|(?<=<TagName>DimonaPeriodId</TagName><Value>)[^<]+|(?<=<LineNbr>)[^<]+"
    r"|(?<=<Location>)[^<]+|(?<=<ReferenceOrigin>2</ReferenceOrigin><ReferenceNbr>)[^<]+"
)


@pytest.fixture
def large(bench: CounterBench) -> CounterBench:
    """A counter that takes every payload for a large one, and cuts it into small pieces."""
    change_payloads(bench, large_bytes=1, piece_bytes=3_000)
    return bench


def empty_registers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no trigger refuses it
        cursor.execute(
            "TRUNCATE student_days_periodversion, student_days_declaration, student_days_period, "
            "student_days_quotaaccount, persons_personidentifier, persons_person CASCADE"
        )
        cursor.execute("SET session_replication_role = origin")


def kept(bench: CounterBench) -> list[Path]:
    return sorted((bench.home / "judged").rglob("*"))


def told(bench: CounterBench) -> list[str]:
    """Return every form of every notification, without what differs between deliveries."""
    forms = []
    for answer in sorted(bench.answers("NOTI"), key=lambda answer: answer.name):
        forms += re.findall(r"<Form>.*?</Form>", answer.content.decode(), re.DOTALL)
    return [VARYING.sub("*", form) for form in forms]


def registered() -> list[object]:
    """Return what the register holds, without its numbers."""
    return [
        sorted(Period.objects.values_list("starting_date", "ending_date", "planned", "granted", "is_late", "state")),
        sorted(PeriodVersion.objects.values_list("number", "reason", "planned", "granted", "change")),
        sorted(QuotaAccount.objects.values_list("year", "granted")),
        sorted((str(codes), accepted) for codes, accepted in Declaration.objects.values_list("codes", "accepted")),
    ]


def open_some(bench: CounterBench) -> list[str]:
    """Open periods by small files; return their numbers, in order."""
    change_payloads(bench, large_bytes=10**9)
    bench.deliver(a_payload(*mixed_forms(FORMS // 3, seed=5)))
    bench.work()
    bench.collect_all()
    starts = Declaration.objects.filter(action="DimonaIn", accepted=True).order_by("submission_id", "form_index")
    return [f"{number:012d}" for number in starts.values_list("period_id", flat=True)]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("opened_before", [False, True], ids=["starts above all", "with changes of what is there"])
def test_a_file_in_pieces_is_answered_as_the_same_file_in_many(large: CounterBench, opened_before: bool):
    pieces = large.counter.desk.payloads
    known = open_some(large) if opened_before else []
    change_payloads(large, large_bytes=pieces.large_bytes)
    forms = mixed_forms(FORMS, seed=1, known=known)
    large.deliver(a_payload(*forms))
    large.work()
    whole, whole_register = told(large), registered()

    large.collect_all()
    empty_registers()
    known = open_some(large) if opened_before else []
    forms = mixed_forms(FORMS, seed=1, known=known)
    change_payloads(large, large_bytes=10**9)
    for start in range(0, FORMS, FORMS // FILES):
        large.deliver(a_payload(*forms[start : start + FORMS // FILES]))
        large.clock.advance(timedelta(microseconds=1))
    large.work()

    assert len(whole) == FORMS
    assert told(large) == whole
    assert registered() == whole_register


def test_a_payload_that_cannot_be_cut_is_judged_as_a_stream(large: CounterBench):
    (answer,) = large.answers_to(a_payload(*mixed_forms(20, seed=2), "<!-- </Form> -->"))[1]
    in_stream = VARYING.sub("*", answer.content.decode())
    empty_registers()
    (answer,) = large.answers_to(a_payload(*mixed_forms(20, seed=2)))[1]

    assert VARYING.sub("*", answer.content.decode()) == in_stream


def test_a_finding_tells_the_line_and_the_place_in_the_whole_payload(large: CounterBench):
    sound = [an_in(insz=insz(50714_000 + number, born_from_2000=True)) for number in range(60)]
    (answer,) = large.answers_to(a_payload(*sound, an_in(insz="85011512300")))[1]

    (location,) = require_valid_answer(answer.content).iter("AnomalyLocation")
    column = an_in(insz="85011512300").index("<INSS>") + 1
    assert [node.text for node in location] == ["63", str(column), "1,61,6,5,1"]


WAYS = {
    "in memory": {"large_bytes": 10**9},
    "in pieces": {"large_bytes": 1, "piece_bytes": 3_000},
    "in one piece": {"large_bytes": 1, "piece_bytes": 10**6},
}


@pytest.mark.parametrize("between", ["", "\n  <!-- é -->", "<?x y?>"], ids=["plain", "comments", "instructions"])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_tells_the_same_line_and_column_of_every_finding(bench: CounterBench, way: str, between: str):
    change_payloads(bench, **WAYS[way], at_once=7)
    forms = [form.rstrip().replace("<INSS>", "\n<!--é--><INSS>" if between else "<INSS>") for form in odd_forms()]
    payload = a_payload(*[f"{between}{form}" for form in forms])
    bench.deliver(payload)
    bench.work()

    told_of = set()
    for answer in bench.answers("NOTI"):
        for anomaly in require_valid_answer(answer.content).iter("AnomalyReport"):
            tag = anomaly.findtext("TagName")
            assert tag == standing_at(*[node.text for node in anomaly.find("AnomalyLocation")], payload)
            told_of.add(tag)
    assert told_of == {"INSS", "DimonaIn", "DimonaPeriodId", "NaturalPerson"}


@pytest.mark.parametrize("between", ["", "<!-- é -->"], ids=["plain", "comments"])
@pytest.mark.parametrize("way", WAYS)
def test_what_the_register_finds_stands_where_the_form_says_it(bench: CounterBench, way: str, between: str):
    change_payloads(bench, **WAYS[way], at_once=7)
    started = bench.answers_to(a_payload(an_in()))[1][0].texts("DimonaPeriodId")[0]
    bench.collect_all()
    payload = a_payload(an_out(period_id(9_000_000_001)), between + an_update(started, end="9999-12-31", hours=100))
    bench.deliver(payload)
    bench.work()

    (answer,) = bench.answers("NOTI")
    seen = {
        anomaly.findtext("ErrorID"): standing_at(*[node.text for node in anomaly.find("AnomalyLocation")], payload)
        for anomaly in require_valid_answer(answer.content).iter("AnomalyReport")
    }
    assert seen == {"00913-354": "DimonaPeriodId", "90378-368": "EndingDate"}


def odd_forms() -> list[str]:
    """Return starts that are late, the same as another, above the contingent, or of nobody; changes of no period."""
    good = [insz(50714_000 + number, born_from_2000=True) for number in range(8)]
    return [
        *(an_in(insz=number, start=date(2026, 6, 30), end=date(2026, 6, 30)) for number in good[:2]),
        *(an_in(insz=number, hours=700) for number in good[2:5]),
        *(an_in(insz=number) for number in [*good[5:7], *good[5:7]]),
        *(an_in(insz="85011512300") for _ in range(4)),
        an_in(insz=None),
        *unknown_ends(9),
    ]


def unknown_ends(count: int) -> list[str]:
    return [an_out(period_id(9_000_000_000 + number)) for number in range(count)]


class _CountingMessage:
    """A message that counts the forms it judges."""

    def __init__(self, message: DimonaMessage) -> None:
        self._message = message
        self.judged = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._message, name)

    def judge_form(self, *form: object, **how: object) -> JudgedForm:
        self.judged += 1
        return self._message.judge_form(*form, **how)


@pytest.mark.parametrize("uncut", ["", "<!-- read as a stream -->"])
def test_forms_that_the_register_must_see_are_judged_once_more_and_not_oftener(large: CounterBench, uncut: str):
    counting = _CountingMessage(cast("DimonaMessage", large.counter.desk.messages["DIMN"]))
    change_payloads(large, at_once=7)
    large.deliver(a_payload(*unknown_ends(60), uncut))
    to_be_filed = large.counter.claim_and_acknowledge("test")
    parts = [SubmissionPart.objects.get(prefix=Prefix.PAYLOAD)]
    change_payloads(large, messages={"DIMN": counting})
    submission = Submission.objects.get(pk__in=to_be_filed)
    submitted = describe(submission, read_senders({submission.owner})[submission.owner])
    (forms,) = large.counter.desk.payloads.judge(parts, purpose="DIMN", submitted=submitted)
    counting.judged = 0
    asked = [range(1, 26), range(26, 51), range(51, 61)]
    read = [form.index for some in asked for form, _ in forms.read(some)]

    assert read == list(range(1, 61))
    assert counting.judged == 60


def test_a_zip_is_judged_on_disk_however_small_it_is(bench: CounterBench):
    bench.counter = replace(bench.counter, rules=ReceptionRules(zip_channels=frozenset({Channel.SFTP})))
    key = bench.next_key()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"FI.{key}.1.1", a_payload(*mixed_forms(30, seed=6)))
    bench.deliver(packed.getvalue(), key=key)
    bench.counter.claim_and_acknowledge("test")
    submission = Submission.objects.get()
    submitted = describe(submission, read_senders({submission.owner})[submission.owner])
    parts = [SubmissionPart.objects.get(prefix=Prefix.PAYLOAD)]
    (forms,) = bench.counter.desk.payloads.judge(parts, purpose="DIMN", submitted=submitted)

    assert (forms.forms, type(forms)) == (30, FormsOnDisk)


def test_what_was_judged_for_another_language_is_judged_again(large: CounterBench):
    large.deliver(a_payload(*[an_in(insz="85011512300")] * 9))
    to_be_filed = large.counter.claim_and_acknowledge("test")
    Sender.objects.update(language="fr")
    large.counter.file_and_notify(to_be_filed, "test")

    labels = set(re.findall("<AnomalyLabel>([^<]+)", "".join(told(large))))
    assert labels == {read_catalogue()["00024-004"]["fr"]}


@pytest.mark.parametrize(("mark", "judged"), [("", 0), (" of another release", 30)])
def test_what_another_release_judged_is_judged_again(large: CounterBench, mark: str, judged: int):
    large.deliver(a_payload(*mixed_forms(30, seed=3), "<!-- read as a stream -->"))
    to_be_filed = large.counter.claim_and_acknowledge("test")
    payloads = large.counter.desk.payloads
    submission = Submission.objects.get(pk__in=to_be_filed)
    submitted = describe(submission, read_senders({submission.owner})[submission.owner])
    parts = [SubmissionPart.objects.get(prefix=Prefix.PAYLOAD)]
    payloads.judge(parts, purpose="DIMN", submitted=submitted)
    counting = _CountingMessage(cast("DimonaMessage", payloads.messages["DIMN"]))
    renewed = replace(payloads, messages={"DIMN": counting}, mark=payloads.mark + mark)
    renewed.judge(parts, purpose="DIMN", submitted=submitted)

    assert counting.judged == judged


def test_what_was_judged_is_kept_until_it_is_filed(large: CounterBench):
    large.deliver(a_payload(*mixed_forms(30, seed=3)))
    to_be_filed = large.counter.claim_and_acknowledge("test")
    assert kept(large) != []
    large.counter.file_and_notify(to_be_filed, "test")

    assert kept(large) == []
    assert len(told(large)) == 30


def test_what_another_program_judged_is_judged_again(large: CounterBench):
    large.deliver(a_payload(*mixed_forms(30, seed=3)))
    to_be_filed = large.counter.claim_and_acknowledge("test")
    for file in (large.home / "judged").rglob("*.forms"):
        file.write_bytes(b"written by another program")
    change_payloads(large, mark="the next release")
    large.counter.file_and_notify(to_be_filed, "test")

    assert len(told(large)) == 30


def _cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize("harm", [Path.unlink, _cut_short], ids=["gone", "cut short"])
@pytest.mark.parametrize("kind", ["*.json", "*.lines", "*.forms"])
def test_what_a_power_failure_left_half_is_judged_again(large: CounterBench, kind: str, harm: Callable[[Path], object]):
    large.deliver(a_payload(*mixed_forms(30, seed=3)))
    to_be_filed = large.counter.claim_and_acknowledge("test")
    harm(next(file for file in kept(large) if file.match(kind)))
    large.counter.file_and_notify(to_be_filed, "test")

    assert len(told(large)) == 30
    assert Declaration.objects.count() == 30


def test_two_that_judge_one_payload_at_once_do_not_write_over_each_other(tmp_path: Path):
    files = JudgedFiles(tmp_path)
    thought_dead, other = files.begin(1, 1), files.begin(1, 1)
    chunk = JudgedChunk(0, 1, other / "00000")
    chunk.write([b"line"], [("told",)])
    files.complete(1, 1, mark="now", chunks=[chunk])

    with pytest.raises(FileNotFoundError):
        JudgedChunk(0, 1, thought_dead / "00000").write([b"another line"], [("told otherwise",)])
    assert files.find(1, 1, mark="now") == (chunk,)


def test_what_a_vanished_counter_left_is_swept(large: CounterBench):
    large.deliver(a_payload(*mixed_forms(30, seed=3)))
    large.counter.claim_and_acknowledge("test")
    Submission.objects.update(state=SubmissionState.REFUSED, leased_until=None)
    large.counter.sweep()

    assert kept(large) == []


SOUND = a_payload(*mixed_forms(60, seed=4))
BROKEN: dict[str, bytes] = {
    "cut in a form": SOUND[: len(SOUND) // 2],
    "without its end": SOUND[:-12],
    "not UTF-8 in a form": SOUND.replace(b"<WorkerType>", b"<WorkerType>\xff", 30),
    "an entity": SOUND.replace(b">STU<", b">&student;<", 7),
    "a block that is no form": SOUND.replace(b"</Dimona>", b"<Block/></Dimona>"),
    "text between the forms": SOUND.replace(b"</Form>", b"</Form>text", 40),
    "a form of another message": SOUND.replace(b">DIMONA<", b">DMFA<"),
    "another root": SOUND.replace(b"Dimona ", b"Other ").replace(b"</Dimona>", b"</Other>"),
    "a form that is too deep": SOUND.replace(
        b"</Dimona>", b"<Form>" + b"<a>" * 40 + b"</a>" * 40 + b"</Form></Dimona>"
    ),
    "forms that are too small": a_payload(*["<Form/>"] * 400),
}


@pytest.mark.parametrize("payload", BROKEN.values(), ids=BROKEN)
def test_a_broken_payload_is_refused_as_by_the_stream_and_leaves_nothing(large: CounterBench, payload: bytes):
    (in_pieces,), notifications = large.answers_to(payload)
    change_payloads(large, large_bytes=10**9)
    (in_stream,), _ = large.answers_to(payload)

    assert in_pieces.codes == in_stream.codes != []
    assert notifications == []
    assert kept(large) == []
    assert Declaration.objects.count() == 0


class _DyingWorkers:
    """Workers of which the first that is asked for something is gone."""

    def submit(self, _work: Callable[..., object], *_arguments: object) -> Future:
        future: Future = Future()
        future.set_exception(BrokenExecutor("gone"))
        return future


def test_a_worker_that_dies_is_our_own_trouble(large: CounterBench):
    sound = large.counter
    large.deliver(SOUND)
    change_payloads(large, workers=_DyingWorkers)
    large.work()
    assert Submission.objects.get().state == SubmissionState.UNDECIDED

    large.counter = sound
    large.clock.advance(timedelta(minutes=11))
    large.work()
    assert Submission.objects.get().state == SubmissionState.FILED
