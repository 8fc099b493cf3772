"""The qualities in which an entity acts."""

from enum import StrEnum


class Quality(StrEnum):
    """A capacity of an entity; what a person may do is said for one of them at a time."""

    EMPLOYER = "EMPLOYER"
    LOCAL_AUTHORITY = "LOCAL_AUTHORITY"
    SERVICE_PROVIDER = "SERVICE_PROVIDER"
    SOCIAL_SECRETARIAT = "SOCIAL_SECRETARIAT"
