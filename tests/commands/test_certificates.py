"""`guichet certificates` as an operator runs it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from channels.models import SenderCertificate
from commands.__main__ import main
from commands.authority import Authority, certificate_pem
from correspondence.models import OutboxMessage
from tests.counter_bench import make_entity, make_sender, trust_authority

DAY = timedelta(days=1)
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.create("Authority of senders", at=NOW - 999 * DAY, lifetime=9999 * DAY)


@pytest.fixture
def certificate(db: None, authority: Authority, tmp_path: Path) -> Path:
    trust_authority(authority)
    make_sender(
        "123456", entity=make_entity(), identity=authority.issue_signer("First", at=NOW - 9 * DAY, lifetime=99 * DAY)
    )
    path = tmp_path / "signer.pem"
    identity = authority.issue_signer("Second", at=NOW - DAY, lifetime=31 * DAY)
    path.write_text(certificate_pem(identity.certificate))
    return path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["certificates", *words])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def test_a_certificate_is_registered_shown_and_withdrawn(certificate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    added = run(capsys, "add", "--sender", "123456", str(certificate))
    twice = run(capsys, "add", "--sender", "123456", str(certificate))
    row = SenderCertificate.objects.latest("pk")
    listed = run(capsys, "list", "--sender", "123456")
    letters = run(capsys, "notify")
    withdrawn = run(capsys, "withdraw", "--sender", "123456", row.sha256[:12].upper())
    again = run(capsys, "withdraw", "--sender", "123456", row.sha256)
    row.refresh_from_db()

    assert (added[0], twice[0], listed[0], withdrawn[0], again[0]) == (0, 1, 0, 0, 1)
    assert f"registered for sender 123456: {row.sha256}" in added[1]
    assert "already used" in twice[1]
    assert [line.split()[:2] for line in listed[1].splitlines()[2:]] == [["123456", "expiring"], ["123456", "active"]]
    assert letters == (0, "1 letter written\n")
    assert row.withdrawn_at is not None
    assert "withdrawn already" in again[1]


def test_the_days_on_which_it_signs_can_be_given(certificate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, last = (NOW + 2 * DAY).date(), (NOW + 9 * DAY).date()
    words = ("add", "--sender", "123456", str(certificate), "--from", str(first), "--until", str(last))
    assert run(capsys, *words)[0] == 0
    row = SenderCertificate.objects.latest("pk")
    assert (row.valid_until - row.valid_from).days in {6, 7}
    assert "not yet valid" in run(capsys, "list")[1]
    with pytest.raises(SystemExit) as end:
        main(["certificates", *words[:-1], "tomorrow"])
    assert end.value.code == 2
    assert "'tomorrow' is no day" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "--sender", "999", "nothing.pem"), "there is no sender '999'"),
        (("add", "--sender", "123456", "nothing.pem"), "nothing.pem cannot be opened"),
        (("withdraw", "--sender", "123456", "0000"), "at least 8 digits"),
        (("withdraw", "--sender", "123456", "00000000"), "0 certificates of sender 123456 begin with 00000000"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    certificate: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    code, told = run(capsys, *words)
    assert code == 1
    assert sentence in told
    assert told.count("\n") == 1


def test_an_operator_is_told_of_the_end_of_the_platforms_own_certificate(
    db: None, authority: Authority, settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.GUICHET = replace(settings.GUICHET, home=tmp_path)
    (tmp_path / "keys").mkdir()
    own = tmp_path / "keys" / "answers.cert.pem"
    own.write_text(certificate_pem(authority.issue_signer("Answers", at=NOW, lifetime=5 * DAY).certificate))
    assert run(capsys, "notify") == (0, "0 letters written\n")
    assert "ends in 5 days" in OutboxMessage.objects.get().body
    own.write_text("nothing")
    assert run(capsys, "notify")[0] != 0
