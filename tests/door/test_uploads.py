"""Uploads as they happen: cut and resumed by real clients, slow, in parallel over several connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import paramiko

from evidence.models import Submission
from tests.dimona_files import a_payload, an_in
from tests.door.conftest import Door
from tests.door.test_clients import acknowledged, lftp
from tests.door.test_hostile_names import session

PAYLOAD = a_payload(*[an_in(start="2030-07-01", end="2030-07-31")] * 80)
HALF = len(PAYLOAD) // 2


def cut(door: Door, name: str) -> None:
    """Send the first half and lose the connection before the close."""
    with session(door) as client:
        upload = client.open(f"/IN/{name}", "wb")
        upload.write(PAYLOAD[:HALF])
        upload.flush()
        client.get_channel().get_transport().close()


def test_uploads_that_were_cut_are_resumed_where_they_broke_off(door: Door):
    by_openssh, by_lftp = door.write_set(PAYLOAD), door.write_set(PAYLOAD)
    for key in (by_openssh, by_lftp):
        cut(door, f"FI.{key}.1.1")
        (door.folder / f"FI.{key}.1.1").write_bytes(b"?" * HALF + PAYLOAD[HALF:])  # what is there is not sent again
    resumed = door.sftp(f"reput FI.{by_openssh}.1.1 IN/FI.{by_openssh}.1.1\n")
    assert resumed.returncode == 0, resumed.stderr
    assert door.sftp(f"put FS.{by_openssh}.1.1 IN/\nput GO.{by_openssh}.1 IN/\n").returncode == 0
    continued = lftp(door, f"cd IN\nput -c FI.{by_lftp}.1.1\nput FS.{by_lftp}.1.1\nput GO.{by_lftp}.1")
    assert continued.returncode == 0, continued.stderr

    assert acknowledged(door) == [[], []]


def test_parts_come_slowly_over_several_connections_in_any_order(door: Door):
    key, together = door.next_key(), Barrier(4, timeout=30)
    signature = door.bench.sign(PAYLOAD)

    def put(client: paramiko.SFTPClient, name: str, content: bytes) -> None:
        with client.open(f"/IN/{name}", "wb") as upload:
            for at in range(0, len(content), 5_000):
                upload.write(content[at : at + 5_000])
                upload.flush()

    def deliver_part(part: int) -> None:
        with session(door) as client:
            together.wait()
            put(client, f"FI.{key}.3.{part}", PAYLOAD)
            put(client, f"FS.{key}.3.{part}", signature)

    def deliver_go() -> None:
        with session(door) as client:
            put(client, f"GO.{key}.3", b"go")
            together.wait()

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(deliver_go), *(pool.submit(deliver_part, part) for part in (3, 2, 1))]
        for ended in running:
            ended.result()

    assert acknowledged(door) == [[]]
    assert sorted(Submission.objects.get().parts.values_list("prefix", "part")) == [
        (prefix, part) for prefix in ("FI", "FS") for part in (1, 2, 3)
    ]
