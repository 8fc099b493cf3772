"""The clients that senders use, plain and under TLS, over IPv4 and IPv6."""

import ftplib
import io
import socket
import ssl

import pytest

from domain.environments import Tray
from tests.ftp.conftest import PASSWORD, PAYLOAD, USER, FtpDoor, put, register_login_certificate, url_of

IPV4, IPV6 = "127.0.0.1", "::1"


@pytest.mark.parametrize(("protection", "host"), [("plain", IPV4), ("plain", IPV6), ("tls", IPV4), ("tls", IPV6)])
def test_ftplib_delivers_and_collects(door: FtpDoor, protection: str, host: str):
    names = door.write_set()
    with door.plain(host) if protection == "plain" else door.tls(host) as client:
        for name in names:
            assert put(client, name, (door.folder / name).read_bytes()) == "226 Received."
        assert door.acknowledged() == [[]]
        collect_with_ftplib(client, door)


def collect_with_ftplib(client: ftplib.FTP, door: FtpDoor) -> None:
    client.cwd("OUT")
    (name,) = (name for name in client.nlst() if name.startswith("FO.ACRF"))
    read = io.BytesIO()
    client.retrbinary(f"RETR {name}", read.write)
    assert read.getvalue() == door.bench.answers("ACRF")[0].content
    assert client.size(name) == len(read.getvalue())
    assert dict(client.mlsd())[name]["size"] == str(len(read.getvalue()))
    client.delete(name)
    assert name not in client.nlst()


@pytest.mark.parametrize(
    ("protection", "mode", "host"),
    [("no", "yes", IPV6), ("yes", "yes", IPV4), ("yes", "no", IPV6), ("no", "no", IPV4)],
    ids=["plain", "tls", "active under tls", "plain and active"],
)
def test_lftp_delivers_and_mirrors_the_answers(door: FtpDoor, protection: str, mode: str, host: str):
    names = door.write_set()
    connect = (
        f"set net:max-retries 1; set net:timeout 10; set cmd:fail-exit yes; set ftp:passive-mode {mode}; "
        f"set ftp:ssl-force {protection}; set ftp:ssl-allow {protection}; set ftp:ssl-protect-data yes; "
        f"set ssl:ca-file {door.certificate}; set ssl:check-hostname no; "
        f"open -u {USER},{PASSWORD} -p {door.port} ftp://{url_of(host)}; "
    )
    put_all = "; ".join(f"put {name}" for name in names)
    delivered = door.run("lftp", "-c", f"{connect} cd IN; {put_all}; bye")
    assert delivered.returncode == 0, delivered.stderr
    assert door.acknowledged() == [[]]
    mirrored = door.run("lftp", "-c", f"{connect} mirror --Remove-source-files OUT answers; bye")

    assert mirrored.returncode == 0, mirrored.stderr
    assert len(list((door.folder / "answers").iterdir())) == 6
    assert door.bench.mailbox().list_tray(Tray.OUT) == []


def curl(door: FtpDoor, host: str, *words: str, path: str, user: str = f"{USER}:{PASSWORD}"):
    common = ("curl", "-sS", "--insecure", "--max-time", "20", "--user", user)
    return door.run(*common, *words, f"ftp://{url_of(host)}:{door.port}{path}")


@pytest.mark.parametrize(
    ("host", "options"), [(IPV6, ()), (IPV4, ("--ssl-reqd",)), (IPV4, ("--ftp-port", "-"))], ids=str
)
def test_curl_delivers_and_fetches_an_answer(door: FtpDoor, host: str, options: tuple[str, ...]):
    names = door.write_set()
    delivered = curl(door, host, *options, "-T", f"{{{','.join(names)}}}", path="/IN/")
    assert delivered.returncode == 0, delivered.stderr
    assert door.acknowledged() == [[]]
    listed = curl(door, host, *options, "--list-only", path="/OUT/")
    (name,) = (name for name in listed.stdout.split() if name.startswith("FO.ACRF"))
    fetched = curl(door, host, *options, path=f"/OUT/{name}")
    assert fetched.stdout.encode() == door.bench.answers("ACRF")[0].content


def test_ncftp_delivers_and_collects_the_answers(door: FtpDoor):
    names = door.write_set()
    common = ("-u", USER, "-p", PASSWORD, "-P", str(door.port), "-V", "-t", "10")
    delivered = door.run("ncftpput", *common, IPV4, "/IN", *names)
    assert delivered.returncode == 0, delivered.stderr
    assert door.acknowledged() == [[]]
    (door.folder / "answers").mkdir()
    fetched = door.run("ncftpget", *common, "-DD", IPV4, "answers", "/OUT/*")
    assert fetched.returncode == 0, fetched.stderr
    assert len(list((door.folder / "answers").iterdir())) == 6
    assert door.bench.mailbox().list_tray(Tray.OUT) == []


def test_ncftp_lists_sends_actively_and_under_a_passing_name(door: FtpDoor):
    names = door.write_set()
    common = ("-u", USER, "-p", PASSWORD, "-P", str(door.port), "-t", "10")
    sent = door.run("ncftpput", *common, "-V", "-E", "-S", ".part", IPV4, "/IN", *names[:2])
    assert sent.returncode == 0, sent.stderr
    assert door.staged() == dict.fromkeys(names[:2], True)
    for options in ((), ("-E",)):
        listed = door.run("ncftpls", *common, *options, f"ftp://{IPV4}/IN/")
        assert listed.stdout.split() == names[:2], listed.stderr
    sent = door.run("ncftpput", *common, "-V", IPV4, "/IN", names[2])
    assert sent.returncode == 0, sent.stderr
    assert door.acknowledged() == [[]]


def test_ncftp_goes_on_with_an_upload(door: FtpDoor):
    name = door.name
    with door.plain() as client:
        put(client, name, PAYLOAD[:100])
    (door.folder / name).write_bytes(PAYLOAD)
    common = ("-u", USER, "-p", PASSWORD, "-P", str(door.port), "-V", "-t", "10")
    sent = door.run("ncftpput", *common, "-z", IPV4, "/IN", name)
    assert sent.returncode == 0, sent.stderr
    assert door.bench.mailbox().find(Tray.IN, name).size == len(PAYLOAD)


def test_curl_comes_in_by_a_login_certificate_without_a_password(door: FtpDoor):
    register_login_certificate(door.sender, door.bench.identity)
    key, certificate = door.folder / "key.pem", door.folder / "cert.pem"
    door.bench.identity.write(key_path=key, certificate_path=certificate)
    (door.folder / "x").write_bytes(PAYLOAD)
    name = door.name
    shown = ("--ssl-reqd", "--cert", str(certificate), "--key", str(key), "-v", "-T", "x")
    sent = curl(door, IPV4, *shown, path=f"/IN/{name}", user=f"{USER}:")
    assert sent.returncode == 0, sent.stderr
    assert "232 " in sent.stderr
    assert "PASS" not in sent.stderr
    assert door.staged() == {name: True}


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_data_connection_resumes_the_session_of_the_control_connection(door: FtpDoor, version: ssl.TLSVersion):
    context = door.context()
    context.minimum_version = context.maximum_version = version
    client = door.tls(context=context)
    _, port = client.makepasv()
    client.putcmd("NLST /")
    with (
        socket.create_connection((IPV4, port)) as plain,
        context.wrap_socket(plain, session=client.sock.session) as data,
    ):
        assert client.getresp().startswith("150")
        assert data.session_reused
        assert data.recv(1000).startswith(b"IN\r\n")
        data.unwrap().close()
    assert client.voidresp().startswith("226")
    client.quit()


def ask(client: ftplib.FTP_TLS, line: str) -> int:
    """Send a command that needs a data connection; return the port that its data comes from."""
    _, port = client.makepasv()
    client.putcmd(line)
    return port


@pytest.mark.parametrize("door_settings", [{"connect": 20.0, "stall": 20.0}], indirect=True)
@pytest.mark.parametrize("version", ["tls1_2", "tls1_3"])
def test_openssl_resumes_the_session_of_a_control_connection_for_data(door: FtpDoor, version: str):
    tool = ("openssl", "s_client", f"-{version}", "-ign_eof", "-CAfile", str(door.certificate), "-connect")
    began = door.run(*tool, f"{IPV4}:{door.port}", "-starttls", "ftp", "-sess_out", "session", typed="NOOP\r\nQUIT\r\n")
    assert "221 Goodbye." in began.stdout, began.stderr
    client = door.tls()
    port = ask(client, "NLST /")
    resumed = door.run(*tool, f"{IPV4}:{port}", "-sess_in", "session")
    assert client.getresp().startswith("150")
    assert client.voidresp().startswith("226")
    client.quit()
    assert "Reused, TLSv1" in resumed.stdout
    assert "OUTTEST-S" in resumed.stdout


def test_curl_resumes_the_session_for_data(door: FtpDoor):
    fetched = curl(door, IPV4, "--ssl-reqd", "-v", "--list-only", path="/")
    assert "OUTTEST-S" in fetched.stdout
    assert "SSL re-using session ID" in fetched.stderr
