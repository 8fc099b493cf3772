"""The addresses and ports of the FTP door: named ones only, unless the operator says explicitly that all are meant."""

from ipaddress import IPv4Address, ip_address

from channels.doors.listening import Address, CannotListenError, parse_addresses

_LARGEST_PORT = 65_535


def parse_hosts(hosts: str, *, port: int, is_any_allowed: bool) -> tuple[Address, ...]:
    """Return the addresses in `hosts`, separated by commas; IPv6 may stand in brackets.

    Raises CannotListenError for what is no address, and for one that means every address unless that is allowed.
    """
    found = parse_addresses(hosts, port=port)
    for address in found:
        try:
            is_every = ip_address(address.host).is_unspecified
        except ValueError:
            raise CannotListenError(f"GUICHET_FTP_HOST names {address.host!r}; addresses are expected.") from None
        if is_every and not is_any_allowed:
            raise CannotListenError(
                f"GUICHET_FTP_HOST is {address.host}, which is every address: name those of the closed networks, "
                "or set GUICHET_FTP_ANY_ADDRESS to on."
            )
    if not found:
        raise CannotListenError("GUICHET_FTP_HOST names no address.")
    return found


def parse_ports(text: str) -> range:
    """Return the ports of "first-last"; none for an empty text. Raises CannotListenError for anything else."""
    if not text:
        return range(0)
    first, _, last = text.partition("-")
    if (
        all(part.isascii() and part.isdigit() for part in (first, last))
        and 0 < int(first) <= int(last) <= _LARGEST_PORT
    ):
        return range(int(first), int(last) + 1)
    raise CannotListenError(f"GUICHET_FTP_PASSIVE_PORTS is {text!r}; two ports such as 50000-50999 are expected.")


def parse_masquerade(text: str) -> str:
    """Return the address that PASV tells, "" for the door's own; CannotListenError unless it is one of IPv4."""
    try:
        return str(IPv4Address(text)) if text else ""
    except ValueError:
        raise CannotListenError(f"GUICHET_FTP_MASQUERADE_ADDRESS is {text!r}; an IPv4 address is expected.") from None
