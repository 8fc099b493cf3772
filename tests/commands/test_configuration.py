from pathlib import Path

import pytest

from commands.__main__ import main
from sender.configuration import read_configuration
from sender.troubles import SenderError


def written(folder: Path, text: str) -> Path:
    path = folder / "guichet.toml"
    path.write_text(text)
    return path


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    configuration = read_configuration(written(tmp_path, '[sender]\nkey = "keys/mine.pem"\n'))
    assert configuration.key == tmp_path / "keys/mine.pem"


def test_several_fingerprints_can_be_trusted(tmp_path: Path) -> None:
    configuration = read_configuration(
        written(tmp_path, '[connection]\nhost_key_fingerprint = ["SHA256:a", "SHA256:b"]\n')
    )
    assert configuration.host_key_fingerprints == ("SHA256:a", "SHA256:b")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[sender", "not TOML"),
        ("[other]\n", "'other'"),
        ("sender = 1\n", "'sender'"),
        ('[sender]\nnummer = "123456"\n', "'nummer'"),
        ('[sender]\nnumber = "12345"\n', "not six digits"),
        ("[sender]\nnumber = 123456\n", "not a text"),
        ('[sender]\nenvironment = "P"\n', "not R"),
        ("[connection]\nport = 0\n", "port '0'"),
        ("[connection]\nport = true\n", "port 'True'"),
    ],
)
def test_mistake_is_told_with_its_place(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SenderError) as trouble:
        read_configuration(written(tmp_path, text))
    assert named in trouble.value.what
    assert "guichet.toml" in trouble.value.what


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SenderError, match="cannot be opened"):
        read_configuration(tmp_path / "none.toml")


def test_file_in_the_current_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, "[other]\n")
    monkeypatch.chdir(tmp_path)
    assert main(["sign", "anything.xml"]) == 2
    assert "'other'" in capsys.readouterr().err
