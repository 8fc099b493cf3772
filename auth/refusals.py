"""Why signing in, or a change of a digital key, is refused: what is told, and what is recorded."""

from enum import StrEnum

from domain.configuration_refusals import ConfigurationRefusedError


class SignInRefusal(StrEnum):
    """The recorded reason; what is told to the person is the same for all that would tell whether he exists."""

    UNKNOWN_USER = "unknown_user"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason
    WRONG_CODE = "wrong_code"
    NO_SUCH_KEY = "no_such_key"
    BLOCKED = "blocked"
    PASSWORD_LOCKED = "password_locked"  # noqa: S105 - a reason
    KEY_SUSPENDED = "key_suspended"
    METHOD_DISABLED = "method_disabled"
    ACTIVATION_EXPIRED = "activation_expired"
    ACTIVATION_BROKEN_OFF = "activation_broken_off"
    WRONG_NUMBER = "wrong_number"
    TRANSACTION_OVER = "transaction_over"
    OTHER_PERSON = "other_person"
    TOO_WEAK = "too_weak"
    REPLAYED = "replayed"


class SignInRefusedError(Exception):
    """Somebody is not signed in; `what` and `next_step` are whole sentences for him, `reason` is for the record."""

    def __init__(self, reason: SignInRefusal, what: str, *, next_step: str = "") -> None:
        super().__init__(f"{what} {next_step}".strip())
        self.reason = reason
        self.what = what
        self.next_step = next_step


class TooManyAttemptsError(Exception):
    """Attempts are too many for now; `retry_after` is in whole seconds. Nothing is told of who exists (HTTP 429)."""

    def __init__(self, scope: str, *, retry_after: int) -> None:
        super().__init__(f"Too many attempts. Try again in {retry_after} seconds.")
        self.scope = scope
        self.retry_after = retry_after


class KeyRefusedError(ConfigurationRefusedError):
    """A change of a digital key is refused; `what` and `next_step` are whole sentences for its owner."""


class NobodyWaitsError(KeyRefusedError):
    """Nobody waits to be matched under that number: who did was matched or refused."""

    def __init__(self) -> None:
        super().__init__("Nobody waits under this number.", next_step="See who waits with `guichet identities list`.")


class PasswordsOffError(KeyRefusedError):
    """A company of the person has switched off signing in with a password: a temporary one would open nothing."""

    def __init__(self) -> None:
        super().__init__(
            "A company of this person has switched off signing in with a password, so that codes would open nothing.",
            next_step="The person signs in with eID, itsme or a passkey; without any, `guichet account allow-passwords`.",
        )


WRONG = "User name, password or code not correct."
"""One sentence for a wrong name, password or code and for whom is unknown, blocked or locked (access and login §11)."""


def wrong(reason: SignInRefusal) -> SignInRefusedError:
    """Return the refusal that tells nothing but that it was wrong."""
    return SignInRefusedError(reason, WRONG)
