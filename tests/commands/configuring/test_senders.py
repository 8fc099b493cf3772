"""Senders, their channels, services, networks and mandates by command: what is done, what refused, what on record."""

import re
from pathlib import Path

import pytest

from channels.models import (
    Sender,
    SenderState,
    TechnicalUserState,
    WebClient,
)
from commands.__main__ import main
from domain.brussels import brussels_date
from domain.quarters import Quarter
from evidence.clock import SystemClock
from evidence.models import AuditEvent, Submission, UsedName
from registers.access.models import Entity, Mandate
from tests.commands.configuring.hand_ins import (
    AUTHORITY,
    DAY,
    NOW,
    Run,
    a_certificate,
    a_public_key,
    add,
    an_ssh_key,
    events,
)
from tests.counter_bench import trust_authority

pytestmark = pytest.mark.django_db


def test_a_sender_without_a_number_gets_the_lowest_that_was_never_given(run: Run):
    first = add(run)
    second = add(run)
    assert run("senders retire", second)[0] == 0
    assert (first, second, add(run)) == ("100001", "100002", "100003")


def test_a_number_under_which_names_were_used_is_never_given(run: Run):
    add(run, "--number", "100001")
    add(run, "--number", "100004")
    for number in ("100002", "100005"):
        shared = {"environment": "R", "owner": number, "purpose": "DIMN", "named_sender": number, "sequence": "00001"}
        way = {"channel": "SFTP", "tray": "IN", "reception": "COMPLETE", "ticket": f"0000000{number}"}
        submission = Submission.objects.create(**shared, **way, name_date=NOW, received_at=NOW, received_on=NOW)
        UsedName.objects.create(**shared, name_date=NOW, submission=submission)
    assert (add(run), add(run)) == ("100003", "100006")


def test_no_number_is_given_when_all_are_used_up(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("channels.configuring.senders._LAST_NUMBER", 100_002)
    add(run)
    add(run)
    assert "Every sender number is used up." in run("senders add 0412345614 --contact IT --mail it@o.example")[1]


def test_a_number_that_was_given_is_never_given_again(run: Run):
    add(run, "--number", "123456")
    run("senders retire 123456")
    code, told = run("senders add 0412345614 --contact IT --mail it@o.example --number 123456")
    assert (code, told.count("\n")) == (1, 2)
    assert "never used again" in told


def test_the_entity_is_entered_once_in_each_environment(run: Run):
    add(run)
    add(run)
    assert [entity.environment for entity in Entity.objects.order_by("environment")] == ["R", "S", "T"]
    assert events("entity:entered") == [{"company": "0412345614", "environments": ["R", "T", "S"], "actor": "operator"}]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("senders add 0412345614 --contact IT --mail it@o.example", "No company 0412345614 is entered yet."),
        ("senders add 0412345615 --contact IT --mail it@o.example --name O", "'0412345615' is no company number."),
        ("senders add 0412345614 --contact IT --mail nowhere --name O", "'nowhere' is no e-mail address."),
        ("senders add 0412345614 --contact IT --mail a@o.example --name O --nsso 1", "'1' is no registration number."),
        ("senders add 0412345614 --contact IT --mail a@o.example --name O --number 99", "Not a sender number"),
        ("senders add 0412345614 --contact IT --mail a@o.example --name O --number 999999", "platform's own"),
        ("senders add 0412345614 --contact IT --mail a@o.example --name O --user a/b", "no name for a technical user"),
        (f"senders add 0412345614 --contact {'c' * 101} --mail a@o.example --name O", "contact's name"),
        (f"senders add 0412345614 --contact IT --mail a@o.example --name {'o' * 201}", "1 to 200 characters"),
        ("senders show 123456", "There is no sender '123456'."),
        ("web-clients list --sender 123456", "There is no sender '123456'."),
        ("notices list --sender 123456", "There is no sender '123456'."),
        ("senders activate 123456", "There is no sender '123456'."),
        ("channels open SFTP --sender 123456", "There is no sender '123456'."),
    ],
)
def test_what_cannot_be_is_a_reason_and_a_next_step_and_changes_nothing(run: Run, words: str, sentence: str):
    code, told = run(words)
    assert (code, told.count("\n")) == (1, 2)
    assert sentence in told
    assert (Sender.objects.count(), Entity.objects.count(), AuditEvent.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("channels open gopher --sender 123456", "(choose from 'SFTP', 'FTP', 'WEB_SERVICE')"),
        (
            "senders add 0412345614 --contact IT --mail a@o.example --language xx",
            "(choose from 'nl', 'fr', 'de', 'en')",
        ),
    ],
)
def test_what_may_be_chosen_is_offered_as_it_is_typed(capsys: pytest.CaptureFixture[str], words: str, offered: str):
    with pytest.raises(SystemExit):
        main(words.split())
    assert offered in capsys.readouterr().err


def test_a_channel_is_named_in_capitals_or_not(run: Run, sender: Sender):
    assert run("channels open web_service --sender 123456")[1].startswith("WEB_SERVICE is open for sender 123456")


def test_a_registration_number_of_another_company_is_refused(run: Run):
    add(run)
    code, told = run("senders add 0400767772 --contact IT --mail a@o.example --name Shop --nsso 012345674")
    assert (code, "another company's" in told) == (1, True)


def test_a_known_company_keeps_its_registration_number(run: Run):
    add(run)
    code, told = run("senders add 0412345614 --contact IT --mail a@o.example --nsso 123456749")
    assert (code, "not 123456749" in told) == (1, True)


def test_a_draft_becomes_configured_by_what_it_is_given_and_active_by_command(run: Run, tmp_path: Path):
    trust_authority(AUTHORITY)
    number = add(run)
    refused = run("senders activate", number)
    run("channels open SFTP --sender", number)
    run("services add DIMN --sender", number)
    states = [Sender.objects.get().state]
    signer = AUTHORITY.issue_signer("Signer", at=NOW - DAY, lifetime=90 * DAY)
    assert run("certificates add --sender", number, a_certificate(tmp_path, signer))[0] == 0
    states.append(Sender.objects.get().state)
    assert run("services remove DIMN --sender", number)[0] == 0
    states.append(Sender.objects.get().state)
    run("services add DIMN --sender", number)
    assert run("senders activate", number) == (0, f"sender {number} may sign in and deliver (state ACTIVE)\n")
    assert run("senders activate", number) == (0, f"nothing changed: sender {number} is ACTIVE already\n")
    assert states == ["DRAFT", "CONFIGURED", "DRAFT"]
    assert refused[0] == 1
    assert "an open channel, a certificate that is valid now, a service" in refused[1]
    assert Sender.objects.get().technical_user.state == TechnicalUserState.ACTIVE
    assert [event["after"] for event in events("sender:state-changed")] == [
        *("CONFIGURED", "DRAFT", "CONFIGURED", "ACTIVE"),
    ]


def test_a_withdrawn_certificate_makes_a_configured_sender_a_draft_again(run: Run, sender: Sender):
    Sender.objects.update(state=SenderState.CONFIGURED)
    assert run("certificates withdraw --sender 123456", sender.certificates.get().sha256)[0] == 0
    assert Sender.objects.get().state == SenderState.DRAFT


def test_an_active_sender_keeps_a_channel_and_a_service_a_suspended_one_need_not(run: Run, sender: Sender):
    assert run("channels close SFTP --sender 123456")[0] == 1
    assert run("services remove DIMN --sender 123456")[0] == 1
    assert run("senders suspend 123456 --reason manager")[0] == 0
    assert re.search(r"^suspended by +company$", run("senders show 123456")[1], re.MULTILINE)
    assert run("channels close SFTP --sender 123456")[0] == 0
    code, told = run("senders resume 123456")
    assert (code, "an open channel" in told) == (1, True)
    assert run("channels close SFTP --sender 123456")[1].startswith("nothing changed")
    assert events("sender:state-changed") == [
        {"sender": "123456", "before": "ACTIVE", "after": "SUSPENDED", "reason": "manager", "actor": "operator"}
    ]


def test_the_overview_tells_by_whom_a_sender_is_suspended(run: Run, sender: Sender):
    told = re.compile(r"^suspended by +(.*)$", re.MULTILINE)
    assert told.findall(run("senders show 123456")[1]) == ["-"]
    run("senders suspend 123456")
    assert told.findall(run("senders show 123456")[1]) == ["operator"]


def test_a_sender_without_a_valid_certificate_is_not_resumed(run: Run, sender: Sender):
    run("senders suspend 123456 --reason certificate")
    run("certificates withdraw --sender 123456", sender.certificates.get().sha256)
    assert "a certificate that is valid now" in run("senders resume 123456")[1]


def test_a_retired_sender_is_given_nothing_any_more(run: Run, sender: Sender, tmp_path: Path):
    assert run("senders retire 123456")[0] == 0
    assert run("senders retire 123456")[1].startswith("nothing changed")
    for words in ("channels open FTP", "ftp-logins set-password", f"ssh-keys add {an_ssh_key(tmp_path)}"):
        code, told = run(f"{words} --sender 123456")
        assert (code, "is retired" in told) == (1, True)
    assert Sender.objects.get().technical_user.state == TechnicalUserState.REMOVED


def test_the_overview_shows_everything_but_secrets(run: Run, sender: Sender, tmp_path: Path):
    secret = run("ftp-logins set-password --sender 123456")[1].split()[3]
    run("ftp-logins add-certificate --sender 123456", a_certificate(tmp_path))
    run("ssh-keys add --sender 123456", an_ssh_key(tmp_path))
    run("networks grant publilink --sender 123456")
    run("web-clients add --sender 123456", a_public_key(tmp_path))
    told = run("senders show 123456")[1]
    for shown in ("123456", "ACTIVE", "EXP_123456", "SFTP", "Publilink", "DIMN", "RTS", "SHA256:"):
        assert shown in told
    assert WebClient.objects.get().client_id in told
    assert "active" in told
    assert secret not in told
    assert "123456  ACTIVE  Voorbeeld Winkels  EXP_123456      SFTP" in run("senders list")[1]


def test_networks_are_named_and_their_addresses_listed(run: Run, sender: Sender):
    assert run("networks add Provinet")[0] == 0
    assert run("networks add PROVINET")[1].startswith("nothing changed")
    assert run("networks add-range provinet 10.1.0.0/16")[0] == 0
    assert run("networks add-range Provinet 10.1.0.0/16")[1].startswith("nothing changed")
    assert run("networks grant Provinet --sender 123456")[0] == 0
    assert run("networks grant Provinet --sender 123456")[1].startswith("nothing changed")
    assert "Provinet     10.1.0.0/16  123456" in run("networks list")[1]
    assert run("networks revoke Provinet --sender 123456")[0] == 0
    assert run("networks revoke Provinet --sender 123456")[1].startswith("nothing changed")
    assert run("networks remove-range Provinet 10.1.0.0/16")[0] == 0
    assert run("networks remove-range Provinet 10.1.0.0/16")[1].startswith("nothing changed")
    assert [event["range"] for event in events("network:range-removed")] == ["10.1.0.0/16"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("add-range Publilink 10.1.0.1/16", "has host bits set"),
        ("add-range Publilink 0.0.0.0/0", "broader than any closed network"),
        ("add-range Publilink 2000::/3", "broader than any closed network"),
        ("add-range Nowhere 10.1.0.0/16", "Publilink"),
        ("remove-range Publilink nonsense", "Not a range of addresses"),
        (f"add {'n' * 41}", "no name for a network"),
    ],
)
def test_addresses_that_are_no_closed_network_are_refused(run: Run, words: str, sentence: str):
    code, told = run(f"networks {words}")
    assert (code, sentence in told) == (1, True)


def test_a_mandate_is_entered_once_and_ended(run: Run, sender: Sender):
    words = "mandates add 0400767772 --name Shop --nsso 123456749 --from 20261 --sender 123456"
    assert run(f"{words} --environments RT") == (
        0,
        "sender 123456 may declare DIMONA for Shop from 20261 in R, T\n",
    )
    assert run(f"{words} --environments RT")[1].startswith("nothing changed")
    assert run("mandates add 0400767772 --from 20262 --environments R --sender 123456")[0] == 1
    last = Quarter.of(brussels_date(SystemClock().now()))
    assert run(f"mandates end 0400767772 --until {last} --environments R --sender 123456")[0] == 0
    assert run("mandates end 0400767772 --environments T --sender 123456")[0] == 0
    assert run("mandates end 0400767772 --environments T --sender 123456")[1].startswith("nothing changed")
    ended = {mandate.environment: (mandate.to_quarter, mandate.state) for mandate in Mandate.objects.all()}
    assert ended == {"R": (str(last), "ACTIVE"), "T": ("", "CLOSED")}
    assert str(last) in run("mandates list --sender 123456")[1]


def test_a_mandate_does_not_end_in_the_past(run: Run, sender: Sender):
    run("mandates add 0400767772 --name Shop --nsso 123456749 --from 20201 --sender 123456")
    code, told = run("mandates end 0400767772 --until 20211 --sender 123456")

    assert (code, "Quarter 20211 is over" in told, "ends now" in told) == (1, True, True)
    assert {mandate.to_quarter for mandate in Mandate.objects.all()} == {""}


def test_a_mandate_that_makes_no_sense_is_refused(run: Run, sender: Sender):
    own = sender.entity.company_number
    assert "from itself" in run(f"mandates add {own} --from 20261 --sender 123456")[1]
    backward = "mandates add 0412345614 --name Shop --from 20263 --until 20261 --sender 123456"
    assert "Exchange the quarters" in run(backward)[1]
    with pytest.raises(SystemExit):
        run("mandates add 0412345614 --from 2026 --sender 123456")
    with pytest.raises(SystemExit):
        run("services add DIMN --environments X --sender 123456")
    assert "no purpose code" in run("services add DIM --sender 123456")[1]


def test_a_mandate_is_entered_for_a_group_that_services_have(
    run: Run, sender: Sender, capsys: pytest.CaptureFixture[str]
):
    words = "mandates add 0400767772 --name Shop --nsso 123456749 --from 20261 --sender 123456 --group"
    with pytest.raises(SystemExit):
        run(f"{words} CHECKINS")
    refused = capsys.readouterr().err
    assert all(group in refused for group in ("DIMONA", "CHECK_INS", "ACCESS_MANAGEMENT", "COMPANY_ACCOUNT"))
    assert not Mandate.objects.exists()
    assert run(f"{words} CHECK_INS")[1] == "sender 123456 may declare CHECK_INS for Shop from 20261 in R, T, S\n"


def test_a_mandate_for_a_group_that_no_service_has_is_ended_by_that_name(run: Run, sender: Sender):
    run("mandates add 0400767772 --name Shop --nsso 123456749 --from 20261 --sender 123456")
    Mandate.objects.update(service_group="CHECKINS")
    assert run("mandates end 0400767772 --sender 123456 --group CHECKINS")[1].startswith("the mandate of sender 123456")


def test_what_is_so_already_says_that_nothing_changed(run: Run, sender: Sender):
    for words in (
        "channels open SFTP",
        "channels close FTP",
        "services add DIMN",
        "services remove ZIMA",
        "services add dimn --environments R,T",
    ):
        code, told = run(f"{words} --sender 123456")
        assert (code, told.startswith("nothing changed")) == (0, True)


def test_a_name_of_a_technical_user_is_given_once(run: Run, sender: Sender):
    code, told = run("senders add 0412345614 --contact IT --mail a@o.example --user EXP_123456")
    assert (code, "There is a technical user EXP_123456 already." in told) == (1, True)


def test_notifications_are_copied_to_the_ebox_until_that_is_stopped(run: Run):
    number = add(run)
    assert "placed in the e-Box of" in run("senders start-ebox-copies", number)[1]
    assert "nothing changed" in run("senders start-ebox-copies", number)[1]
    assert "notifications" in run("senders show", number)[1]
    assert "copied no more" in run("senders stop-ebox-copies", number)[1]
    assert "nothing changed" in run("senders stop-ebox-copies", number)[1]
    assert not Sender.objects.get().ebox_copy


def shown_of(run: Run, number: str, fact: str) -> str:
    """Return what the overview says of that."""
    lines = run("senders show", number)[1].splitlines()
    return next(line.removeprefix(fact).strip() for line in lines if line.startswith(fact))


def test_signatures_are_waived_over_the_web_service_until_they_are_required(run: Run):
    number = add(run)
    code, told = run("senders waive-signatures", number)
    assert (code, f"The web service is not open for sender {number}." in told) == (1, True)
    run(f"channels open WEB_SERVICE --sender {number}")
    assert shown_of(run, number, "needs no FS files over") == "-"
    assert "may leave out its FS files over the web service" in run("senders waive-signatures", number)[1]
    assert "nothing changed" in run("senders waive-signatures", number)[1]
    assert shown_of(run, number, "needs no FS files over") == "WEB_SERVICE"
    assert "has to send its FS files" in run("senders require-signatures", number)[1]
    assert "nothing changed" in run("senders require-signatures", number)[1]
    actions = AuditEvent.objects.filter(action__startswith="sender:signatures:").order_by("pk")
    told = [(one.action, one.actor, one.detail["sender"]) for one in actions]
    assert told == [
        ("sender:signatures:waived", "operator", number),
        ("sender:signatures:required", "operator", number),
    ]
