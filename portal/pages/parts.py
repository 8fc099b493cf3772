"""Values that the components in templates/components/ show."""

from dataclasses import dataclass, field

NOTHING = "\N{EN DASH}"
"""Where a line has nothing to show."""


@dataclass(frozen=True, slots=True)
class Action:
    """A link at the end of a line: `about` says of what, to who cannot see the line."""

    text: str
    path: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One line of a summary list."""

    key: str
    value: str
    actions: tuple[Action, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Task:
    """One line of a task list; without a path it cannot be begun yet. `colour` is a tag's, none for plain words."""

    title: str
    status: str
    path: str = ""
    hint: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A place in the navigation below the header, which calls it by `short`."""

    title: str
    path: str
    is_current: bool = False
    told: str = ""
    is_own: bool = False
    short: str = ""
