"""Send a person to an identity provider, and judge what he brings back; the same for every provider."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from auth.openid.attempts import OpenIdAttempt, OpenIdAttempts, Randomness, random_text
from auth.openid.client_keys import ClientKeys
from auth.openid.faults import OpenIdFault, OpenIdRefused, ProviderOutage, ProviderTrouble
from auth.openid.id_tokens import Expected, IdToken, judge_id_token
from auth.openid.identities import identify
from auth.openid.outcomes import Cancelled, OpenIdOutcome
from auth.openid.profiles import ClaimsPlace, Profile
from auth.openid.provider_documents import Endpoints, ProviderDocuments
from auth.openid.token_requests import TokenRequest, Tokens, exchange, render_assertion
from auth.openid.transport import Transport
from domain.assurance import AssuranceLevel
from domain.languages import Language

_LONGEST_PARAMETER = 2048
_CANCELLED = {"access_denied"}
_UNAVAILABLE = {"temporarily_unavailable", "temporary_unavailable", "server_error"}
_OUR_FAULTS = {"invalid_request", "invalid_scope", "unauthorized_client", "unsupported_response_type"}


class LevelNotOfferedError(Exception):
    """The provider reaches no such level; another means is needed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person is sent away for; fields as in OpenIdAttempt. `level` is the least that will do, None for any."""

    purpose: str
    return_to: str
    language: Language
    level: AssuranceLevel | None = None
    login_id: int | None = None


@dataclass(frozen=True, slots=True)
class OpenIdClient:
    """Our side at one provider. `redirect_uri` is where people come back, `tolerance` how far two clocks may be apart.

    Whoever proved himself there longer than `max_age` ago is asked again, or refused where the provider did not ask.
    """

    profile: Profile
    redirect_uri: str
    documents: ProviderDocuments
    transport: Transport
    keys: Callable[[], ClientKeys]
    attempts: OpenIdAttempts
    randomness: Randomness
    tolerance: timedelta
    max_age: timedelta

    def begin(self, wish: Wish, *, browser: bytes, at: datetime) -> str:
        """Return the address at the provider that the person is sent to, once the attempt is kept.

        `browser` is the SHA-256 of a secret of that browser. Raises ProviderOutage when the provider cannot be asked, and
        LevelNotOfferedError.
        """
        rung = self.profile.rung_for(wish.level or AssuranceLevel.SELF_REGISTERED)
        if rung is None:
            raise LevelNotOfferedError(f"{self.profile.name} reaches no level {wish.level}")
        endpoints = self.documents.endpoints(at=at)
        attempt = OpenIdAttempt.make(
            self.profile,
            acr=self.profile.ladder[rung].names[0],
            purpose=wish.purpose,
            login_id=wish.login_id,
            return_to=wish.return_to,
            randomness=self.randomness,
        )
        state = random_text(self.randomness)
        self.attempts.keep(attempt, state=state, browser=browser, at=at)
        return self._address(endpoints, attempt, state=state, language=wish.language)

    def finish(self, answer: Mapping[str, str], *, browser: bytes, at: datetime) -> OpenIdOutcome:
        """Return what came of the login whose answer the browser brings: the parameters of its redirect.

        Raises OpenIdRefused when the answer proves nobody, ProviderOutage when the provider cannot be asked. Either way
        the attempt is used up, unless it was never this browser's.
        """
        attempt = self.attempts.take(_parameter(answer, "state"), browser=browser, at=at)
        if attempt.provider != self.profile.name:
            raise OpenIdRefused(OpenIdFault.STATE_OF_OTHER_PROVIDER, "this login began at another provider")
        endpoints = self.documents.endpoints(at=at)
        self._require_issuer(answer.get("iss"), endpoints)
        if "error" in answer:
            return _judge_error(answer["error"], attempt)
        tokens = self._exchange(_parameter(answer, "code"), attempt, endpoints, at=at)
        token = self._judge(tokens, attempt, at=at)
        claims = self._claims(token, tokens, endpoints)
        return identify(self.profile, token, claims, attempt=attempt)

    def _address(self, endpoints: Endpoints, attempt: OpenIdAttempt, *, state: str, language: Language) -> str:
        place = "id_token" if self.profile.claims_place is ClaimsPlace.ID_TOKEN else "userinfo"
        parameters = {
            "response_type": "code",
            "client_id": self.profile.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(self.profile.scopes),
            "state": state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
            "acr_values": attempt.acr,
            "ui_locales": str(language),
            "claims": json.dumps({place: dict.fromkeys(self.profile.names_asked_for)}, separators=(",", ":")),
            **({"prompt": self.profile.prompt} if self.profile.prompt else {}),
            **({"max_age": str(int(self.max_age.total_seconds()))} if self.profile.tells_when else {}),
        }
        joint = "&" if urlsplit(endpoints.authorization).query else "?"
        return f"{endpoints.authorization}{joint}{urlencode(parameters)}"

    def _require_issuer(self, told: str | None, endpoints: Endpoints) -> None:
        """An answer that names its issuer names ours (RFC 9207); it must where the provider says that it does."""
        if told is None and not endpoints.names_itself:
            return
        if told != self.profile.issuer:
            raise OpenIdRefused(OpenIdFault.ISSUER_OF_ANSWER, "the answer is not from the provider that was asked")

    def _exchange(self, code: str, attempt: OpenIdAttempt, endpoints: Endpoints, *, at: datetime) -> Tokens:
        assertion = render_assertion(
            self.profile.client_id,
            self.keys().signer(at=at),
            audience=endpoints.token,
            randomness=self.randomness,
            at=at,
        )
        request = TokenRequest(code, attempt.verifier, self.redirect_uri, self.profile.client_id)
        return exchange(self.transport, endpoints.token, request, assertion=assertion)

    def _judge(self, tokens: Tokens, attempt: OpenIdAttempt, *, at: datetime) -> IdToken:
        return judge_id_token(
            tokens.id_token,
            Expected(self.profile, attempt.nonce, attempt.acr, tokens.access_token, self.tolerance, self.max_age),
            find_key=lambda name: self.documents.key(name, at=at),
            find_decryption_key=self.keys().decryption_key,
            at=at,
        )

    def _claims(self, token: IdToken, tokens: Tokens, endpoints: Endpoints) -> Mapping[str, object]:
        """Return what the provider tells of the person, where its profile says that it does."""
        if self.profile.claims_place is ClaimsPlace.ID_TOKEN:
            return token.claims
        if endpoints.user_info is None:
            raise ProviderOutage(ProviderTrouble.DOCUMENT_WRONG, "userinfo_endpoint is missing")
        answer = self.transport.get(endpoints.user_info, headers={"Authorization": f"Bearer {tokens.access_token}"})
        if answer.status != HTTPStatus.OK:
            raise ProviderOutage(ProviderTrouble.STATUS, f"the userinfo endpoint answers {answer.status}")
        if answer.content.get("sub") != token.subject:
            raise OpenIdRefused(OpenIdFault.SUBJECT_OF_USER_INFO, "the userinfo is about somebody else")
        return answer.content


def _judge_error(error: str, attempt: OpenIdAttempt) -> Cancelled:
    if error in _CANCELLED:
        return Cancelled(attempt)
    if error in _UNAVAILABLE:
        raise ProviderOutage(ProviderTrouble.UNAVAILABLE, f"the provider says {error}")
    if error in _OUR_FAULTS:
        raise ProviderOutage(ProviderTrouble.REQUEST_REFUSED, f"the provider says {error}")
    raise OpenIdRefused(OpenIdFault.PROVIDER_ERROR, "the provider ended the login with an error")


def _parameter(answer: Mapping[str, str], name: str) -> str:
    value = answer.get(name, "")
    if not 0 < len(value) <= _LONGEST_PARAMETER or not (value.isascii() and value.isprintable()):
        raise OpenIdRefused(OpenIdFault.ANSWER_MALFORMED, f"the answer has no usable {name}")
    return value
