import json
import subprocess
from argparse import Namespace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from commands.__main__ import main
from domain.channels import Channel
from domain.environments import Environment
from sender.configuration import CHANNELS, DEFAULT_PORTS, read_configuration
from sender.identities import load_identity
from tests.sender.narrow_disk import no_file_larger_than

SECRET = "open sesame"
OVERLAYS: tuple[dict[str, object], ...] = (
    *({}, {"channel": Channel.SFTP}, {"channel": Channel.FTP}, {"channel": Channel.FTP, "port": 990}),
)


def begun(folder: Path, *words: str) -> Path:
    assert main(["init", str(folder), *words]) == 0
    return folder


def test_keys_request_and_configuration_are_made_and_the_next_steps_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = begun(tmp_path / "mine", "--sender", "123456", "--organisation", "Voorbeeld BV")
    printed = capsys.readouterr().out
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == {
        *("guichet.toml", "keys/signing.key.pem", "keys/signing.request.pem", "keys/ssh_key", "keys/ssh_key.pub"),
    }
    assert "Have a certificate issued" in printed
    assert "Never give away" in printed
    assert [(folder / "keys" / name).stat().st_mode & 0o777 for name in ("signing.key.pem", "ssh_key")] == [
        0o600,
        0o600,
    ]


def test_openssl_and_openssh_read_what_was_made(tmp_path: Path) -> None:
    folder = begun(tmp_path, "--sender", "123456", "--organisation", "Voorbeeld BV") / "keys"
    words = ["openssl", "req", "-in", folder / "signing.request.pem", "-verify", "-noout", "-subject"]
    told = subprocess.run(words, capture_output=True, text=True, check=True)
    assert "CN = Voorbeeld BV 123456" in told.stdout
    told = subprocess.run(["ssh-keygen", "-y", "-f", folder / "ssh_key"], capture_output=True, text=True, check=True)
    assert told.stdout.split()[:2] == (folder / "ssh_key.pub").read_text().split()[:2]


def test_configuration_says_what_is_known_and_is_read_back(tmp_path: Path) -> None:
    words = ["--sender", "123456", "--host", "counter.example", "--port", "22", "--user", "EXP_123456"]
    configuration = read_configuration(begun(tmp_path, *words, "--environment", "R") / "guichet.toml")
    assert (configuration.host, configuration.port, configuration.user) == ("counter.example", 22, "EXP_123456")
    assert (str(configuration.sender), configuration.environment) == ("123456", Environment.PRODUCTION)
    assert configuration.identity == tmp_path / "keys" / "ssh_key"
    assert configuration.acknowledge is False


def test_what_is_not_known_stands_there_as_a_comment(tmp_path: Path) -> None:
    path = begun(tmp_path) / "guichet.toml"
    configuration = read_configuration(path)
    assert (configuration.host, configuration.user, configuration.sender) == (None, None, None)
    assert configuration.environment is Environment.TEST
    assert '# number = "123456"' in path.read_text()


def test_every_entry_that_there_is_stands_in_the_configuration(tmp_path: Path) -> None:
    path = begun(tmp_path) / "guichet.toml"
    text = path.read_text()
    whole = "\n".join(line.removeprefix("# ") if " = " in line else line for line in text.splitlines())
    path.write_text(whole.replace("a comment", ""))
    configuration = read_configuration(path)
    assert all(getattr(configuration, name) is not None for name in configuration.__slots__)


@pytest.mark.parametrize(
    ("channel", "files", "entries"),
    [
        ("sftp", {"ssh_key", "ssh_key.pub"}, {"identity", "known_hosts"}),
        ("ftp", set(), {"authority"}),
        ("web", {"web_client.key.pem", "web_client.pub.pem"}, {"authority", "client_key"}),
    ],
)
def test_channel_gets_the_keys_and_entries_that_it_needs(
    tmp_path: Path, channel: str, files: set[str], entries: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    configuration = read_configuration(begun(tmp_path, "--channel", channel) / "guichet.toml")
    assert configuration.chosen_channel is CHANNELS[channel]
    assert configuration.port == DEFAULT_PORTS[CHANNELS[channel]]
    made = {path.name for path in (tmp_path / "keys").iterdir()} - {"signing.key.pem", "signing.request.pem"}
    assert made == files
    told = capsys.readouterr().out
    assert all(f"keys/{name}" in told for name in files)
    means = ("identity", "known_hosts", "authority", "client_key", "password_env", "without_tls", "client")
    assert {name for name in means if getattr(configuration, name) is not None} == entries


def test_port_belongs_to_the_channel_that_it_was_written_for(tmp_path: Path) -> None:
    configuration = read_configuration(begun(tmp_path, "--port", "22") / "guichet.toml")
    assert [configuration.overlaid(Namespace(**words)).known_port for words in OVERLAYS] == [22, 22, 8021, 990]


def test_option_that_would_do_nothing_is_not_taken(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["init", str(tmp_path), "--config", "other.toml"])


@pytest.mark.parametrize("there", ["guichet.toml", "keys/ssh_key"])
def test_nothing_is_ever_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str], there: str) -> None:
    path = tmp_path / there
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    assert main(["init", str(tmp_path)]) == 2
    assert "nothing was written" in capsys.readouterr().err
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [path]
    assert path.read_text() == "mine"


def test_folder_that_cannot_be_made_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "keys").write_text("a file where a folder belongs")
    assert main(["init", str(tmp_path)]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_full_disk_leaves_nothing_and_names_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with no_file_larger_than(200):
        assert main(["init", str(tmp_path)]) == 2
    assert f"{tmp_path / 'guichet.toml'} cannot be written" in capsys.readouterr().err
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    begun(tmp_path)


def test_pass_phrase_protects_both_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHRASE", SECRET)
    keys = begun(tmp_path, "--passphrase-env", "PHRASE") / "keys"
    with pytest.raises(TypeError):
        load_pem_private_key((keys / "signing.key.pem").read_bytes(), None)
    assert load_pem_private_key((keys / "signing.key.pem").read_bytes(), SECRET.encode())
    assert load_identity(keys / "ssh_key", variable="PHRASE")


def test_pass_phrase_that_cannot_be_had_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path), "--passphrase-env", "NO_SUCH"]) == 2
    assert main(["init", str(tmp_path), "--passphrase"]) == 2
    assert "Nobody can be asked" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_kind_of_key_can_be_chosen(tmp_path: Path) -> None:
    request = x509.load_pem_x509_csr((begun(tmp_path / "rsa", "--rsa") / "keys/signing.request.pem").read_bytes())
    public = request.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    assert public.key_size == 3072
    request = x509.load_pem_x509_csr((begun(tmp_path / "ec") / "keys/signing.request.pem").read_bytes())
    assert isinstance(request.public_key(), ec.EllipticCurvePublicKey)
    usage = request.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment


def test_self_signed_certificate_signs_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = begun(tmp_path / "mine", "--self-signed", "--sender", "123456")
    payload = tmp_path / "declarations.xml"
    payload.write_text("<Dimona/>")
    capsys.readouterr()
    assert main(["sign", str(payload), "--config", str(folder / "guichet.toml"), "--json"]) == 0
    written = json.loads(capsys.readouterr().out)["files"]
    assert [Path(name).name[:2] for name in written] == ["FI", "FS", "GO"]
    certificate = x509.load_pem_x509_certificate((folder / "keys/signing.cert.pem").read_bytes())
    certificate.verify_directly_issued_by(certificate)


def test_json_lists_what_was_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begun(tmp_path, "--json")
    assert len(json.loads(capsys.readouterr().out)) == 5


@pytest.mark.parametrize("name", ["", "x" * 65, "a\nb"])
def test_impossible_name_is_wrong_use(tmp_path: Path, name: str) -> None:
    with pytest.raises(SystemExit):
        main(["init", str(tmp_path), "--organisation", name])
