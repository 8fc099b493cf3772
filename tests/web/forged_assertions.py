"""Assertions of a client of the web service, and how one makes those that no library would."""

import base64
import json
import time
import uuid
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives import hashes, hmac, serialization

from tests.web.conftest import RSA_KEY, Web

Claims = dict[str, object]


def claims_of(web: Web, **deviation: object) -> Claims:
    now = int(time.time())
    client = web.client_row.client_id
    values = {"iss": client, "sub": client, "aud": web.server.token_url, "iat": now, "exp": now + 60}
    values["jti"] = uuid.uuid4().hex
    return {name: value for name, value in (values | deviation).items() if value is not None}


def by_hand(header: Mapping[str, object], claims: Mapping[str, object], signed: Callable[[bytes], bytes]) -> str:
    text = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims))
    return (text + b"." + base64.urlsafe_b64encode(signed(text)).rstrip(b"=")).decode()


def hmac_with_public_key(text: bytes) -> bytes:
    pem = RSA_KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    made = hmac.HMAC(pem, hashes.SHA256())
    made.update(text)
    return made.finalize()
