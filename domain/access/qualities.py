"""The qualities in which an entity acts."""

from enum import StrEnum


class Quality(StrEnum):
    """A capacity of an entity; what a person may do is said for one of them at a time."""

    EMPLOYER = "EMPLOYER"
    LOCAL_AUTHORITY = "LOCAL_AUTHORITY"
    SERVICE_PROVIDER = "SERVICE_PROVIDER"
    SOCIAL_SECRETARIAT = "SOCIAL_SECRETARIAT"


SELF_GIVEN = frozenset({Quality.EMPLOYER, Quality.SERVICE_PROVIDER, Quality.SOCIAL_SECRETARIAT})
"""What a company says of itself, since it arranges its own house alone (seed 004); any other is given by an operator, as the
authentic source says it: a province or a municipality may use leased lines without TLS (seed 001)."""
