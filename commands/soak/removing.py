"""Remove half-sent files as their senders do: over SFTP, each its own."""

from collections.abc import Sequence

import paramiko

from commands.bench.doors.senders import BenchSender


def remove_uploads(port: int, senders: Sequence[BenchSender]) -> None:
    """Remove every file that waits in the inbox of each sender."""
    for sender in senders:
        with paramiko.Transport(("127.0.0.1", port)) as transport:
            transport.connect(username=sender.user, pkey=paramiko.PKey.from_path(sender.ssh_key))
            client = transport.open_sftp_client()
            if client is not None:
                for name in client.listdir("IN"):
                    client.remove(f"IN/{name}")
