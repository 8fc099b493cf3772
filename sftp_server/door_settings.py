"""The numbers that bound the door: what one connection, and all of them together, may cost."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from sftp_server.penalties import PenaltyRules

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True, slots=True)
class DoorSettings:
    """Limits of the door; sizes in bytes, times in seconds. What is counted is counted over all its workers.

    `window` is what a client may send ahead on one channel, `windows_total` what all channels of one worker together
    may: once that is given out, further channels get `window_minimum`. `packet` is the largest SSH packet payload taken
    from a client and `request` the largest SFTP request, hence also the largest block read or written at once.
    `startups_*` bound the connections before a login like OpenSSH's MaxStartups: from `begin` on, a new one is turned
    away with a chance of `rate` percent, which grows to certainty at `full`. Sources in `exempt` are neither penalised
    nor held to the shares of one source.
    """

    window: int = 4 * MIB
    windows_total: int = 96 * MIB
    window_minimum: int = 64 * KIB
    packet: int = 128 * KIB
    request: int = 256 * KIB
    before_login: int = 256 * KIB
    connections: int = 1000
    source_connections: int = 100
    startups_begin: int = 100
    startups_rate: int = 30
    startups_full: int = 200
    source_startups: int = 60
    sender_sessions: int = 64
    channels: int = 4
    open_files: int = 64
    login_grace: float = 30.0
    login_tries: int = 6
    penalties: PenaltyRules = field(default_factory=PenaltyRules)
    exempt: tuple[IPv4Network | IPv6Network, ...] = ()
    idle: float = 600.0
    rekey_bytes: int = GIB
    rekey_after: float = 3600.0
    revocation_check: float = 2.0
    accept_ssh_rsa: bool = False
    drain: float = 15.0
