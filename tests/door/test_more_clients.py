"""More of the clients that senders use: scp, lftp with whole folders and temporary names, WinSCP's way, curl."""

import subprocess
from pathlib import Path

import pytest

from domain.environments import Tray
from tests.door.conftest import Door
from tests.door.test_clients import PAYLOAD, acknowledged, lftp
from tests.door.test_hostile_names import session


@pytest.fixture
def door(lasting_door: Door) -> Door:
    return lasting_door


def set_files(door: Door, key: str) -> list[Path]:
    return [door.folder / name for name in (f"FI.{key}.1.1", f"FS.{key}.1.1", f"GO.{key}.1")]


def run(door: Door, *words: str | Path) -> None:
    done = subprocess.run(words, cwd=door.folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_scp_over_sftp_delivers_and_fetches(door: Door):
    files = set_files(door, door.write_set(PAYLOAD))
    options = [
        *("-s", "-q", "-P", str(door.port), "-i", door.key, "-o", "IdentitiesOnly=yes"),
        *("-o", f"UserKnownHostsFile={door.folder / 'known_hosts'}"),
    ]
    run(door, "scp", *options, *files, f"{door.user}@127.0.0.1:IN/")
    assert acknowledged(door) == [[]]
    (name,) = (e.name for e in door.bench.mailbox().list_tray(Tray.OUT) if e.name.startswith("FO.ACRF"))
    run(door, "scp", *options, f"{door.user}@127.0.0.1:OUT/{name}", "fetched")
    assert (door.folder / "fetched").read_bytes() == door.bench.answers("ACRF")[0].content


def test_lftp_mirrors_a_folder_up_and_the_answers_down(door: Door):
    key = door.write_set(PAYLOAD)
    outgoing = door.folder / "outgoing"
    outgoing.mkdir()
    for file in set_files(door, key):
        file.rename(outgoing / file.name)
    up = lftp(door, "mirror -R --no-perms outgoing IN")
    assert up.returncode == 0, up.stderr
    assert acknowledged(door) == [[]]
    down = lftp(door, "mirror OUT answers")
    assert down.returncode == 0, down.stderr
    assert len(list((door.folder / "answers").iterdir())) == 6
    assert len(door.bench.mailbox().list_tray(Tray.OUT)) == 6


def test_lftp_with_temporary_names_delivers(door: Door):
    key = door.write_set(PAYLOAD)
    put = lftp(
        door,
        "set xfer:use-temp-file yes\nset xfer:temp-file-name *.filepart\ncd IN\n"
        + "\n".join(f"put {file.name}" for file in set_files(door, key)),
    )
    assert put.returncode == 0, put.stderr
    assert acknowledged(door) == [[]]


def test_files_under_winscps_temporary_names_count_once_they_are_renamed(door: Door):
    """WinSCP writes NAME.filepart, sets its time, looks at it, and renames it (version 3: RENAME)."""
    files = set_files(door, door.write_set(PAYLOAD))
    with session(door) as client:
        for file in files:
            with client.open(f"/IN/{file.name}.filepart", "wb") as upload:
                upload.write(file.read_bytes())
            client.utime(f"/IN/{file.name}.filepart", (1_767_225_600, 1_767_225_600))
            assert client.stat(f"/IN/{file.name}.filepart").st_size == file.stat().st_size
        assert acknowledged(door) == []
        for file in files:
            client.rename(f"/IN/{file.name}.filepart", f"/IN/{file.name}")
        assert acknowledged(door) == [[]]


def test_winscp_resumes_what_it_left_under_a_temporary_name(door: Door):
    payload, *others = set_files(door, door.write_set(PAYLOAD))
    with session(door) as client:
        with client.open(f"/IN/{payload.name}.filepart", "wb") as upload:
            upload.write(PAYLOAD[:500])
        with client.open(f"/IN/{payload.name}.filepart", "r+") as upload:
            upload.seek(500)
            upload.write(PAYLOAD[500:])
        client.rename(f"/IN/{payload.name}.filepart", f"/IN/{payload.name}")
        for file in others:
            client.put(str(file), f"/IN/{file.name}")
    assert acknowledged(door) == [[]]


def test_curl_delivers_lists_and_fetches(door: Door):
    files = set_files(door, door.write_set(PAYLOAD))
    public = door.folder / "ssh_key.pub"
    public.write_bytes(subprocess.run(["ssh-keygen", "-y", "-f", door.key], capture_output=True, check=True).stdout)
    address = f"sftp://127.0.0.1:{door.port}"
    curl = ["curl", "-sS", "--insecure", "--key", door.key, "--pubkey", public, "-u", f"{door.user}:"]
    for file in files:
        run(door, *curl, "-T", file, f"{address}/IN/{file.name}")
    assert acknowledged(door) == [[]]
    (name,) = (e.name for e in door.bench.mailbox().list_tray(Tray.OUT) if e.name.startswith("FO.ACRF"))
    run(door, *curl, "-o", "fetched", f"{address}/OUT/{name}")
    assert (door.folder / "fetched").read_bytes() == door.bench.answers("ACRF")[0].content
    run(door, *curl, "-o", "listing", f"{address}/OUT/", "-Q", f"-RM /OUT/{name}")
    assert name not in [entry.name for entry in door.bench.mailbox().list_tray(Tray.OUT)]
