"""Who comes in, and what those are told who do not."""

import ftplib
import ssl
from datetime import timedelta
from ipaddress import ip_network

import pytest
import structlog

from channels.models import (
    ChannelPassword,
    LoginCertificate,
    NetworkRange,
    SenderChannel,
    SenderNetwork,
    SenderState,
    TechnicalUserState,
)
from channels.passwords import hash_password
from domain.channels import Channel
from tests.ftp.conftest import (
    PASSWORD,
    PAYLOAD,
    USER,
    FtpDoor,
    eventually,
    list_on_network,
    put,
    register_login_certificate,
)


def told(door: FtpDoor, user: str, password: str) -> str:
    """Return what a login under TLS is answered."""
    client = door.anonymous_tls()
    try:
        client.sendcmd(f"USER {user}")
        return client.sendcmd(f"PASS {password}")
    except ftplib.Error as refusal:
        return str(refusal)
    finally:
        client.close()


def test_wrong_passwords_and_unknown_users_are_told_the_same(door: FtpDoor):
    assert {told(door, USER, "wrong"), told(door, "EXP_999999", PASSWORD), told(door, USER, "")} == {
        "530 Login not correct."
    }


def test_what_is_typed_as_a_name_or_a_password_stands_in_no_log(door: FtpDoor):
    with structlog.testing.capture_logs() as logs:
        assert told(door, "hunter2", "hunter3").startswith("530")
    assert [entry["command"] for entry in logs] == ["PASS"]
    assert "hunter" not in str(logs)


def switch_channel_off(door: FtpDoor) -> None:
    SenderChannel.objects.filter(sender=door.sender, channel=Channel.FTP).delete()


def block_user(door: FtpDoor) -> None:
    door.sender.technical_user.state = TechnicalUserState.BLOCKED
    door.sender.technical_user.save()


def retire_sender(door: FtpDoor) -> None:
    door.sender.state = SenderState.RETIRED
    door.sender.save()


def change_password(door: FtpDoor) -> None:
    row = ChannelPassword.objects.get()
    row.encoded, row.set_at = hash_password("ANOTHER"), row.set_at + timedelta(days=1)
    row.save()


def take_network_away(door: FtpDoor) -> None:
    SenderNetwork.objects.all().delete()


def remove_ranges(door: FtpDoor) -> None:
    NetworkRange.objects.update(removed_at=door.bench.clock.now())


@pytest.mark.parametrize("deed", [switch_channel_off, block_user, retire_sender, change_password])
def test_who_may_not_come_is_refused_like_a_wrong_password(door: FtpDoor, deed):
    deed(door)
    assert told(door, USER, PASSWORD) == "530 Login not correct."


@pytest.mark.parametrize(
    "deed", [switch_channel_off, block_user, retire_sender, change_password, take_network_away, remove_ranges]
)
def test_what_is_taken_away_ends_open_sessions_within_seconds(door: FtpDoor, deed):
    client = door.raw().login()
    deed(door)
    assert client.read().startswith("421")
    assert client.read() == ""
    client.close()


def test_a_session_under_tls_outlives_the_network_of_its_sender(door: FtpDoor):
    client = door.tls()
    take_network_away(door)
    assert not eventually(lambda: client.voidcmd("NOOP") == "", within=0.6)
    client.quit()


def test_an_upload_under_way_is_abandoned_when_its_user_is_blocked(door: FtpDoor):
    client, name = door.raw().login(), door.name
    data = client.open_data()
    assert client.ask(f"STOR /IN/{name}").startswith("150")
    data.sendall(PAYLOAD)
    block_user(door)
    assert client.read().startswith("421")
    data.close()
    client.close()
    assert door.staged() == {name: False}


def test_a_suspended_sender_collects_and_does_not_deliver(door: FtpDoor):
    door.sender.state, door.sender.suspended_by = SenderState.SUSPENDED, "COMPANY"
    door.sender.save()
    with door.plain() as client:
        assert client.nlst("OUT") == []
        with pytest.raises(ftplib.error_perm, match="550 This sender is suspended"):
            put(client, door.name, PAYLOAD)


def plainly_told(door: FtpDoor, user: str, password: str) -> tuple[str, str]:
    """Return what USER and PASS are answered without TLS."""
    client = door.raw()
    try:
        return client.ask(f"USER {user}"), client.ask(f"PASS {password}")
    finally:
        client.close()


def test_outside_every_listed_network_all_names_are_refused_before_a_password(door: FtpDoor):
    remove_ranges(door)
    assert {plainly_told(door, user, PASSWORD) for user in (USER, "EXP_999999", "no\xefname", "x" * 99)} == {
        ("530 No login without TLS from this address: send AUTH TLS first.", "503 USER comes first.")
    }


REFUSED_PLAINLY = ("331 Password, please.", "530 Login not correct, or not without TLS from this address.")


@pytest.mark.parametrize(
    "deed",
    [take_network_away, switch_channel_off, block_user, retire_sender, change_password],
    ids=lambda deed: deed.__name__,
)
def test_inside_a_listed_network_who_may_not_come_is_told_what_an_unknown_name_is(door: FtpDoor, deed):
    deed(door)
    assert plainly_told(door, USER, PASSWORD) == plainly_told(door, "EXP_999999", PASSWORD) == REFUSED_PLAINLY


def test_inside_a_listed_network_a_wrong_password_is_told_what_an_unknown_name_is(door: FtpDoor):
    assert plainly_told(door, USER, "wrong") == REFUSED_PLAINLY


def test_a_network_of_others_does_not_help(door: FtpDoor):
    NetworkRange.objects.all().delete()
    list_on_network(door.sender, "10.0.0.0/8")
    list_on_network(door.sender, "127.0.0.0/8", network="Irisnet")
    SenderNetwork.objects.filter(network__name="Irisnet").delete()
    assert plainly_told(door, USER, PASSWORD) == REFUSED_PLAINLY


@pytest.mark.parametrize("door_settings", [{"failures": 4, "ban": 1.0, "login_tries": 3}], indirect=True)
def test_a_source_with_too_many_failures_waits(door: FtpDoor):
    answers = [told(door, USER, "wrong") for _ in range(4)]
    assert answers == ["530 Login not correct."] * 3 + ["421 Too many failed logins."]
    turned_away = door.raw()
    assert turned_away.greeting == "421 Too many failed logins; come back later."
    turned_away.close()
    assert eventually(lambda: greets(door))


SHARED = frozenset({ip_network("127.0.0.0/8")})


@pytest.mark.parametrize("door_settings", [{"failures": 4, "ban": 60.0, "exempt": SHARED}], indirect=True)
def test_behind_a_gateway_one_user_name_waits_and_not_the_others(door: FtpDoor):
    stale = [told(door, "EXP_OTHER", "wrong") for _ in range(5)]

    assert stale == ["530 Login not correct."] * 3 + [
        "421 Too many failed logins.",
        "421 Too many failed logins; come back later.",
    ]
    assert told(door, USER, PASSWORD).startswith("230")


@pytest.mark.parametrize(
    "door_settings",
    [{"per_source": 1, "before_login_per_source": 1, "exempt": SHARED}],
    indirect=True,
)
def test_an_address_of_many_senders_has_no_share(door: FtpDoor):
    clients = [door.raw() for _ in range(3)]

    assert {client.greeting[:3] for client in clients} == {"220"}


@pytest.mark.parametrize(
    "door_settings", [{"failures": 4, "ban": 60.0, "exempt": frozenset({ip_network("192.0.2.0/24")})}], indirect=True
)
def test_an_address_outside_the_gateways_waits_for_everybody(door: FtpDoor):
    for _ in range(4):
        told(door, "EXP_OTHER", "wrong")

    assert door.raw().greeting == "421 Too many failed logins; come back later."


def greets(door: FtpDoor) -> bool:
    client = door.raw()
    client.close()
    return client.greeting.startswith("220")


def try_again(door: FtpDoor) -> None:
    with ftplib.FTP(timeout=10) as client:
        client.connect("::1", door.port)
        client.login(USER, PASSWORD)


def gets_in(door: FtpDoor) -> bool:
    client = ftplib.FTP(timeout=10)
    client.connect("127.0.0.1", door.port)
    try:
        return client.login(USER, PASSWORD).startswith("230")
    except ftplib.error_temp:
        return False
    finally:
        client.close()


def test_a_connection_ends_with_its_third_failure(door: FtpDoor):
    client = door.anonymous_tls()
    for expected in ("530", "530", "421"):
        client.sendcmd(f"USER {USER}")
        with pytest.raises(ftplib.Error, match=f"^{expected}"):
            client.sendcmd("PASS wrong")
    with pytest.raises(EOFError):
        client.voidcmd("NOOP")
    client.close()


@pytest.mark.parametrize("door_settings", [{"per_source": 2}], indirect=True)
def test_a_source_has_so_many_connections(door: FtpDoor):
    first, second, third = door.raw(), door.raw(), door.raw()
    assert third.read() == ""
    assert third.greeting == "421 Too many connections; try again later."
    first.close()
    assert eventually(lambda: greets(door))
    second.close()
    third.close()


@pytest.mark.parametrize("door_settings", [{"before_login_per_source": 1}], indirect=True)
def test_a_source_has_fewer_connections_before_their_login(door: FtpDoor):
    in_session, waiting = door.plain(), door.raw()
    assert waiting.greeting.startswith("220")
    assert not greets(door)
    assert waiting.login().ask("NOOP").startswith("200")
    assert greets(door)
    in_session.quit()
    waiting.close()


@pytest.mark.parametrize("door_settings", [{"per_sender": 1}], indirect=True)
def test_a_sender_has_so_many_sessions(door: FtpDoor):
    first = door.plain()
    with pytest.raises(ftplib.error_temp, match="421 This sender has as many sessions as it may have"):
        try_again(door)
    first.quit()
    assert eventually(lambda: gets_in(door))


@pytest.mark.parametrize("door_settings", [{"login_grace": 0.3}], indirect=True)
def test_who_does_not_log_in_in_time_is_let_go(door: FtpDoor):
    client = door.raw()
    assert client.read() == "421 No login in time."
    assert client.read() == ""
    client.close()


@pytest.mark.parametrize("door_settings", [{"idle": 0.3}], indirect=True)
def test_who_asks_nothing_for_too_long_is_let_go(door: FtpDoor):
    client = door.raw().login()
    assert client.read() == "421 Nothing was asked for too long."
    client.close()


def test_a_registered_certificate_needs_no_password(door: FtpDoor):
    register_login_certificate(door.sender, door.bench.identity)
    client = door.with_certificate()
    assert client.sendcmd(f"USER {USER}").startswith("232")
    client.prot_p()
    assert client.nlst("OUT") == []
    LoginCertificate.objects.update(state="REVOKED")
    assert eventually(lambda: is_closed(client))
    client.close()


def is_closed(client: ftplib.FTP) -> bool:
    try:
        client.voidcmd("NOOP")
    except (ftplib.error_temp, EOFError, OSError):
        return True
    return False


def revoke(door: FtpDoor) -> None:
    LoginCertificate.objects.update(state="REVOKED")


def let_it_expire(door: FtpDoor) -> None:
    door.bench.clock.advance(timedelta(days=400))


def forget(door: FtpDoor) -> None:
    LoginCertificate.objects.all().delete()


@pytest.mark.parametrize("deed", [revoke, let_it_expire, forget, block_user, switch_channel_off])
def test_a_certificate_that_does_not_count_asks_for_a_password(door: FtpDoor, deed):
    register_login_certificate(door.sender, door.bench.identity)
    deed(door)
    client = door.with_certificate()
    assert client.sendcmd(f"USER {USER}").startswith("331")
    client.close()


def test_a_certificate_of_one_user_does_not_let_in_another(door: FtpDoor):
    register_login_certificate(door.sender, door.bench.identity)
    client = door.with_certificate()
    assert client.sendcmd("USER EXP_999999").startswith("331")
    client.close()


def test_a_slow_password_does_not_stop_other_sessions(door: FtpDoor, monkeypatch: pytest.MonkeyPatch):
    with door.tls() as other:
        slow = "$argon2id$v=19$m=65536,t=25,p=1$" + ChannelPassword.objects.get().encoded.split("$", 4)[4]
        ChannelPassword.objects.update(encoded=slow)
        client = door.anonymous_tls()
        client.sendcmd(f"USER {USER}")
        client.putcmd(f"PASS {PASSWORD}")
        for _ in range(5):
            assert other.nlst("OUT") == []
        client.sock.settimeout(0.001)
        with pytest.raises(TimeoutError):
            client.sock.recv(1)
        client.close()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_refused(door: FtpDoor, version: ssl.TLSVersion):
    context = door.context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = context.maximum_version = version
    with pytest.raises((ssl.SSLError, ConnectionError)):
        door.anonymous_tls(context=context)


def test_the_certificate_of_the_door_is_on_p_256(door: FtpDoor):
    client = door.anonymous_tls()
    version, cipher = client.sock.version(), client.sock.cipher()[0]
    client.close()
    assert version == "TLSv1.3"
    assert "GCM" in cipher or "CHACHA20" in cipher
    assert b"prime256v1" in subject_key(door)


def subject_key(door: FtpDoor) -> bytes:
    certificate = str(door.bench.home / "keys" / "ftp.cert.pem")
    return door.run("openssl", "x509", "-in", certificate, "-noout", "-text").stdout.encode()
