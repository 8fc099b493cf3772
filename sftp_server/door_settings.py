"""The numbers that bound the door: what one connection, and all of them together, may cost a worker."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """Limits of one worker process; sizes in bytes, times in seconds.

    `window` is what a client may send ahead on one channel, `windows_total` what all channels together may: once that
    is given out, further channels get `window_minimum`. `packet` is the largest SSH packet payload taken from a client
    and `request` the largest SFTP request, hence also the largest block read or written at once. With `sha1_logins` users
    may prove an RSA key with SHA-1.
    """

    window: int = 4 * MIB
    windows_total: int = 96 * MIB
    window_minimum: int = 64 * KIB
    packet: int = 128 * KIB
    request: int = 256 * KIB
    before_login: int = 256 * KIB
    connections: int = 100
    connections_before_login: int = 30
    channels: int = 4
    open_files: int = 64
    login_grace: float = 30.0
    login_tries: int = 6
    idle: float = 600.0
    drain: float = 20.0
    sha1_logins: bool = False
