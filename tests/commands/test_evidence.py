"""`guichet evidence` from the outside: what it prints, writes and returns."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from commands.__main__ import main
from commands.compose import sign_evidence_head
from domain.refusals import OutageError
from evidence.models import AuditEvent, AuditHead, AuditLink
from tests.evidence.stories import Story, told, unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def committed(django_db_setup, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with django_db_blocker.unblock(), told(tmp_path_factory.mktemp("story")) as story:
        yield story


@pytest.fixture
def story(committed: Story, settings) -> Story:
    settings.GUICHET = replace(settings.GUICHET, home=committed.bench.home)
    return committed


def test_a_person_reads_a_table_and_that_everything_holds(story: Story, capsys: pytest.CaptureFixture[str]):
    code = main(["evidence", "verify"])

    told = capsys.readouterr()
    assert (code, told.err) == (0, "")
    assert told.out.splitlines()[0].split() == ["what", "checked", "wrong"]
    assert ["events", "in", "the", "chain", str(AuditLink.objects.count()), "0"] in map(
        str.split, told.out.splitlines()
    )
    assert "note: not linked yet: 1 " in told.out
    assert told.out.endswith("everything holds\n")


def test_what_is_wrong_is_told_in_sentences_and_by_the_exit_status(story: Story, capsys: pytest.CaptureFixture[str]):
    unguarded("UPDATE evidence_auditevent SET actor = 'nobody'")
    code = main(["evidence", "verify", "--fast"])

    told = capsys.readouterr().out
    assert code == 1
    assert "WRONG: event 1 at position 1 is not the one that was linked" in " ".join(told.split()).replace(
        f"event {AuditEvent.objects.earliest('pk').pk} at", "event 1 at"
    )
    assert told.endswith("the evidence does not hold\n")


def test_only_the_first_of_very_many_faults_are_told_the_rest_is_counted(
    story: Story, capsys: pytest.CaptureFixture[str]
):
    unguarded(
        "INSERT INTO evidence_auditevent (id, at, action, actor, detail, transaction) "
        "SELECT -number, now(), 'added', 'nobody', '{}', 0 FROM generate_series(1, 70) number"
    )
    main(["evidence", "verify", "--fast"])

    told = capsys.readouterr().out
    assert told.count("stands outside it") == 50
    assert "WRONG: and 20 more of events in the chain\n" in told


def test_a_program_reads_json(story: Story, capsys: pytest.CaptureFixture[str]):
    code = main(["evidence", "verify", "--json", "--heads", str(story.heads)])

    outcome = json.loads(capsys.readouterr().out)
    assert (code, outcome["holds"]) == (0, True)
    assert {check["what"]: check["checked"] for check in outcome["checks"]}["signed heads"] == 6


def test_without_the_platforms_certificate_nothing_is_verified(story: Story, settings, tmp_path: Path):
    settings.GUICHET = replace(settings.GUICHET, home=tmp_path)

    assert main(["evidence", "verify"]) == 1


def test_a_head_is_written_once_for_a_position(story: Story, capsys: pytest.CaptureFixture[str]):
    before = sorted(story.heads.iterdir())
    codes = {main(["evidence", "head"]), main(["evidence", "head"])}
    sign_evidence_head()

    text = Path(capsys.readouterr().out.splitlines()[0])
    assert codes == {0}
    assert sorted(story.heads.iterdir()) == before
    assert text.read_text() == (
        f"guichet audit head\nposition: {AuditLink.objects.count()}\nhash: {AuditLink.objects.latest('position').hash}\n"
        "signed at: 2026-07-01T10:02:00+00:00\n"
    )
    assert {oct(path.stat().st_mode & 0o777) for path in before} == {"0o600"}


def test_a_head_is_verified_by_openssl_alone(story: Story):
    text = max(story.heads.glob("*.txt"))
    verified = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", text.with_suffix(".p7s")),
            *("-content", text, "-CAfile", story.bench.home / "keys" / "authority.cert.pem", "-no_check_time"),
        ],
        check=False,
        capture_output=True,
    )
    assert (verified.returncode, verified.stdout) == (0, text.read_bytes())


def test_an_empty_chain_has_no_head(story: Story, capsys: pytest.CaptureFixture[str]):
    unguarded("DELETE FROM evidence_auditlink")

    assert main(["evidence", "head"]) == 1
    assert "nothing to sign" in capsys.readouterr().out


def test_without_a_key_no_head_is_signed(story: Story, settings, tmp_path: Path):
    settings.GUICHET = replace(settings.GUICHET, home=tmp_path)
    before = AuditHead.objects.count()

    with pytest.raises(OutageError, match="the key that signs answers cannot be read"):
        sign_evidence_head()
    assert AuditHead.objects.count() == before


def test_an_exported_folder_is_named_for_the_ticket_and_proves_itself(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    code = main(["evidence", "export", str(story.accepted.ticket), "--reason", "file 13"])

    folder = tmp_path / f"evidence-{story.accepted.ticket}"
    assert (code, capsys.readouterr().out.splitlines()[0]) == (0, folder.name)
    assert subprocess.run(["sh", folder / "verify.sh"], check=False, capture_output=True).returncode == 0


def test_what_cannot_be_exported_is_told(story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    code = main(["evidence", "export", "nothing", "--to", str(tmp_path / "folder"), "--reason", "file 13"])

    assert (code, capsys.readouterr().err) == (
        1,
        "no submission has the number, the ticket or a file named 'nothing'\n",
    )
    assert not (tmp_path / "folder").exists()
    assert not AuditEvent.objects.filter(action="evidence:exported").exists()


def test_who_exports_says_why_and_is_on_record(story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("getpass.getuser", lambda: "els")
    before = AuditEvent.objects.filter(submission=story.accepted).count()
    export = ["evidence", "export", str(story.accepted.pk), "--to", str(tmp_path / "folder")]
    with pytest.raises(SystemExit):
        main(export)
    assert not (tmp_path / "folder").exists()
    main([*export, "--reason", "asked by the court, about 05.07.14-001.53"])

    event = AuditEvent.objects.get(action="evidence:exported")
    told = {"submission": story.accepted.pk, "reason": "asked by the court, about [number]"}
    assert (event.actor, event.detail) == ("els", told)
    assert AuditEvent.objects.filter(submission=story.accepted).count() == before
    assert "are not in the piece" not in (tmp_path / "folder" / "README.txt").read_text()
