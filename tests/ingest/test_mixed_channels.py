"""A set whose files come through several channels: what holds for one of them holds for the whole set."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from channels.mailboxes import Mailboxes
from channels.models import SenderChannel, StagedFile
from channels.uploads import StagedUpload
from domain.channels import Channel
from domain.environments import Tray
from domain.mailboxes import UploadStart
from domain.reception_rules import ReceptionRules
from evidence.models import Submission, SubmissionPart, SubmissionState
from tests.counter_bench import CounterBench
from tests.dimona_files import a_payload, an_in

SFTP, FTP, WEB = Channel.SFTP, Channel.FTP, Channel.WEB_SERVICE
PAYLOAD = a_payload(an_in())
ONLY_SFTP = ReceptionRules(purpose_channels={"DIMN": frozenset({SFTP})})
WEB_UNSIGNED = ReceptionRules(unsigned_channels=frozenset({WEB}))
WEB_ZIPS = ReceptionRules(zip_channels=frozenset({WEB}))


def ruled(bench: CounterBench, rules: ReceptionRules) -> CounterBench:
    """Have doors and judge go by those rules, every channel open."""
    for channel in (FTP, WEB):
        SenderChannel.objects.create(sender_id=bench.number, channel=channel)
    bench.counter = replace(bench.counter, rules=rules)
    kept = bench.mailboxes
    bench.mailboxes = Mailboxes(
        staging=bench.counter.sealer.staging,
        quota=kept._quota,
        seal=bench.counter.sealer,
        blobs=bench.counter.desk.payloads.blobs,
        clock=bench.clock,
        rules=rules,
    )
    return bench


def put_over(bench: CounterBench, *doors: tuple[str, Channel], payload: bytes = PAYLOAD, key: str | None = None) -> str:
    """Put files of one set in that order, each through its channel; return the set's key."""
    key = key or bench.next_key()
    contents = {"FI": payload, "FS": bench.sign(payload), "GO": b""}
    for prefix, channel in doors:
        tail = "1" if prefix == "GO" else "1.1"
        bench.put(f"{prefix}.{key}.{tail}", contents[prefix], mailbox=bench.mailbox(channel=channel))
    return key


def codes_of(bench: CounterBench) -> list[list[str]]:
    bench.work()
    return [answer.codes for answer in bench.answers("ACRF")]


@pytest.mark.parametrize(
    ("doors", "codes"),
    [
        ([("FI", SFTP), ("FS", SFTP), ("GO", SFTP)], []),
        ([("FI", FTP), ("FS", SFTP), ("GO", SFTP)], ["ACRF-249"]),
        ([("FI", SFTP), ("FS", FTP), ("GO", SFTP)], ["ACRF-249"]),
        ([("GO", FTP), ("FI", SFTP), ("FS", SFTP)], ["ACRF-249"]),
        ([("FI", SFTP), ("FS", SFTP), ("GO", FTP)], ["ACRF-249"]),
        ([("FI", WEB), ("FS", FTP), ("GO", SFTP)], ["ACRF-249"]),
    ],
)
def test_a_purpose_is_taken_only_where_every_file_came_through_its_channels(bench: CounterBench, doors, codes):
    put_over(ruled(bench, ONLY_SFTP), *doors)

    assert codes_of(bench) == [codes]


def test_a_file_that_came_through_a_channel_that_is_not_open_refuses_the_set(bench: CounterBench):
    put_over(bench, ("FI", FTP), ("FS", SFTP), ("GO", SFTP))

    assert codes_of(bench) == [["ACRF-249"]]


def test_a_payload_of_another_channel_waits_for_its_signature_though_the_last_channel_needs_none(bench: CounterBench):
    key = put_over(ruled(bench, WEB_UNSIGNED), ("FI", FTP), ("GO", WEB))
    assert not Submission.objects.exists()
    put_over(bench, ("FS", FTP), key=key)

    assert codes_of(bench) == [[]]


def test_a_payload_of_another_channel_is_never_filed_without_a_signature(bench: CounterBench):
    put_over(ruled(bench, WEB_UNSIGNED), ("FI", FTP), ("GO", WEB))
    bench.clock.advance(timedelta(minutes=16))
    bench.counter.sweep()

    assert codes_of(bench) == [["ACRF-122"]]
    assert bench.answers("NOTI") == []


def test_a_go_ahead_of_another_channel_leaves_the_signature_needed(bench: CounterBench):
    put_over(ruled(bench, WEB_UNSIGNED), ("FI", WEB), ("GO", FTP))

    assert not Submission.objects.exists()


def test_a_set_wholly_through_a_channel_that_signs_itself_needs_no_signature(bench: CounterBench):
    put_over(ruled(bench, WEB_UNSIGNED), ("FI", WEB), ("GO", WEB))

    assert codes_of(bench) == [[]]


def begin(bench: CounterBench, name: str, content: bytes, *, channel: Channel) -> StagedUpload:
    upload = bench.mailbox(channel=channel).begin_upload(Tray.IN, name, start=UploadStart.EMPTY)
    upload.write(0, content)
    return upload


@pytest.mark.parametrize(("channel", "codes"), [(FTP, []), (WEB, ["ACRF-121"])])
def test_a_signature_under_way_is_waited_for_though_the_other_files_need_none(bench: CounterBench, channel, codes):
    key = put_over(ruled(bench, WEB_UNSIGNED), ("FI", WEB))
    upload = begin(bench, f"FS.{key}.1.1", bench.sign(PAYLOAD), channel=channel)
    put_over(bench, ("GO", WEB), key=key)
    assert not Submission.objects.exists()
    upload.close()

    assert codes_of(bench) == [codes]
    assert set(SubmissionPart.objects.values_list("prefix", flat=True)) == {"FI", "FS"}


def test_a_signature_that_was_cut_is_waited_for_no_longer_than_the_grace(bench: CounterBench):
    key = put_over(ruled(bench, WEB_UNSIGNED), ("FI", WEB))
    begin(bench, f"FS.{key}.1.1", b"MII", channel=FTP).abandon()
    put_over(bench, ("GO", WEB), key=key)
    bench.clock.advance(timedelta(minutes=15))
    bench.counter.sweep()

    assert codes_of(bench) == [[]]


def test_a_signature_that_begins_after_the_seal_belongs_to_a_set_sent_again(bench: CounterBench):
    key = put_over(ruled(bench, WEB_UNSIGNED), ("FI", WEB), ("GO", WEB))
    put_over(bench, ("FS", FTP), key=key)
    assert codes_of(bench) == [[]]
    bench.clock.advance(timedelta(hours=24))
    bench.counter.sweep()

    assert codes_of(bench) == [[], ["ACRF-133"]]


@pytest.mark.parametrize(("last", "codes"), [(WEB, []), (SFTP, ["ACRF-102"])])
def test_a_payload_may_be_zipped_only_where_every_channel_of_the_set_takes_zips(bench: CounterBench, last, codes):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("payload.xml", PAYLOAD)
    put_over(ruled(bench, WEB_ZIPS), ("FI", last), ("FS", WEB), ("GO", WEB), payload=packed.getvalue())

    assert codes_of(bench) == [codes]


def test_a_file_that_went_on_through_another_channel_came_through_both(bench: CounterBench):
    ruled(bench, ONLY_SFTP)
    name = f"FI.{bench.next_key()}.1.1"
    bench.put(name, PAYLOAD[:100], mailbox=bench.mailbox(channel=FTP))
    upload = bench.mailbox().begin_upload(Tray.IN, name, start=UploadStart.RESUME)
    upload.write(100, PAYLOAD[100:])
    upload.close()
    assert StagedFile.objects.get().channels == {SFTP, FTP}
    put_over(bench, ("FS", SFTP), ("GO", SFTP), key=name[3:-4])

    assert codes_of(bench) == [["ACRF-249"]]
    assert SubmissionPart.objects.get(prefix="FI").channels == ["FTP", "SFTP"]


def test_a_file_that_was_sent_anew_came_through_its_last_channel_alone(bench: CounterBench):
    ruled(bench, ONLY_SFTP)
    key = put_over(bench, ("FI", FTP))
    put_over(bench, ("FI", SFTP), ("FS", SFTP), ("GO", SFTP), key=key)

    assert codes_of(bench) == [[]]


def test_each_file_is_on_record_with_its_channel(bench: CounterBench):
    put_over(ruled(bench, ReceptionRules()), ("GO", WEB), ("FI", FTP), ("FS", SFTP))
    submission = Submission.objects.get()

    assert (submission.channel, submission.channels) == ("SFTP", ["FTP", "SFTP", "WEB_SERVICE"])
    assert dict(submission.parts.values_list("prefix", "channels")) == {"FI": ["FTP"], "FS": ["SFTP"]}


def test_a_notification_names_the_channel_of_the_close_that_made_the_set_complete(bench: CounterBench):
    put_over(ruled(bench, ReceptionRules()), ("FI", FTP), ("FS", SFTP), ("GO", WEB))
    bench.work()

    assert bench.answers("NOTI")[0].texts("Channel") == ["13"]


def test_what_was_sealed_before_channels_were_kept_is_judged_by_its_last(bench: CounterBench):
    put_over(ruled(bench, ONLY_SFTP), ("FI", FTP), ("FS", FTP), ("GO", SFTP))
    Submission.objects.update(channels=None)
    bench.work()

    assert Submission.objects.get().state == SubmissionState.FILED
