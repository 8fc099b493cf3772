"""What every way of signing in needs, composed once by who opens the portal or runs a command."""

from dataclasses import dataclass, field

from auth.leaked_passwords import IsLeaked, nothing_leaked
from auth.locksmith import Locksmith
from auth.persons import CompanyRules, PersonBook


@dataclass(frozen=True, slots=True)
class KeyOptions:
    """Which keys are offered, and how strict they are.

    `totp_window` is how many steps of 30 seconds the code of an app may be early or late. `activation_url` is where a first
    sign-in begins, and `contact_phone` whom to call about it; the letter of a user name tells both. `is_leaked` knows passwords that leaked.
    """

    token_cards: bool = True
    totp_window: int = 1
    activation_url: str = "https://localhost/activate"
    contact_phone: str = "02 511 51 51"
    is_leaked: IsLeaked = nothing_leaked


@dataclass(frozen=True, slots=True)
class KeyDesk:
    """The locksmith, the persons and the companies behind the keys."""

    locksmith: Locksmith
    persons: PersonBook
    companies: CompanyRules
    options: KeyOptions = field(default_factory=KeyOptions)
