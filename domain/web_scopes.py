"""What a program of a sender may do at the web service."""

from enum import StrEnum


class WebScope(StrEnum):
    """Scopes of the web service, one a service."""

    DELIVER = "deliveries"
    FOLLOW = "submissions"
    COLLECT = "answers"
