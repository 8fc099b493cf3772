"""Another application, as its server runs the protocol: it believes what the provider publishes and checks every token."""

import base64
import hashlib
import json
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

CALLBACK = "https://selfservice.example/callback"
ISSUER = "https://localhost:8443"


@dataclass
class RelyingParty:
    """An application with a secret, or with a key of its own; `client_id` is what it was registered under."""

    client_id: str
    secret: str = ""
    key: ECKey | None = None
    callback: str = CALLBACK
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    server: Client = field(default_factory=Client)

    def metadata(self) -> dict[str, Any]:
        return self.server.get("/.well-known/openid-configuration", secure=True).json()

    def address(self, **deviation: str | None) -> str:
        """Return the path to which it sends a browser; a deviation of None leaves a parameter out."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.callback,
            "scope": "openid profile",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        } | deviation
        sent = {name: value for name, value in asked.items() if value is not None}
        return f"{urlsplit(self.metadata()['authorization_endpoint']).path}?{urlencode(sent)}"

    def came_back(self, location: str) -> dict[str, str]:
        """Return what the browser brings to the callback, once it is sure that it is meant for it."""
        assert location.startswith(self.callback), location
        told = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert told["state"] == self.state
        assert told["iss"] == ISSUER
        return told

    def assertion(self, key: ECKey | None = None, alg: str = "ES256", kid: str = "", **deviation: object) -> str:
        signer = key or self.key
        assert signer is not None
        claims: dict[str, object] = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": f"{ISSUER}/oauth/token",
            "jti": secrets.token_urlsafe(12),
            "exp": int(time.time()) + 60,
        } | deviation
        sent = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": alg, "kid": kid or signer.thumbprint()}, sent, signer, algorithms=[alg])

    def exchange(self, code: str, /, *, authorization: str | None = None, **deviation: str | None):
        """Send the code to the token endpoint and return the answer."""
        form: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": self.verifier,
        }
        headers = {}
        if self.key is not None:
            form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            form["client_assertion"] = self.assertion()
        elif authorization is None:
            authorization = self.basic()
        if authorization:
            headers["Authorization"] = authorization
        sent = {name: value for name, value in (form | deviation).items() if value is not None}
        return self.server.post(
            "/oauth/token",
            urlencode(sent),
            content_type="application/x-www-form-urlencoded",
            headers=headers,
            secure=True,
        )

    def basic(self, secret: str = "") -> str:
        pair = f"{quote(self.client_id)}:{quote(secret or self.secret)}"
        return f"Basic {base64.b64encode(pair.encode()).decode()}"

    def verify(self, id_token: str) -> dict[str, Any]:
        """Return the claims of a token that holds for this application, this request and this moment."""
        keys = KeySet.import_key_set(self.server.get("/oauth/keys.json", secure=True).json())
        token = jwt.decode(id_token, keys, algorithms=["RS256", "ES256"])
        jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": self.client_id},
            nonce={"essential": True, "value": self.nonce},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(token.claims)
        return dict(token.claims)

    def told_of(self, access_token: str):
        headers = {"Authorization": f"Bearer {access_token}"}
        return self.server.get("/oauth/userinfo", headers=headers, secure=True)


def header_of(id_token: str) -> dict[str, str]:
    part = id_token.partition(".")[0]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def address_on(page: str) -> str:
    """Return where the page of ours leads on to."""
    found = re.search(r'<a class="govuk-button"[^>]* href="([^"]+)"', page)
    assert found, page
    return found[1].replace("&amp;", "&")
