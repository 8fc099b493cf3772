"""What django-ninja cannot read from the operations: bodies that are streamed, bytes that are answered, and examples."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

from pydantic import BaseModel

from channels.web.student_days import JSON_TYPE
from channels.web.token_requests import FORM_TYPE

Content: TypeAlias = Mapping[str, Any]
KEY = "1 to 128 printable characters of yours: the same files sent again with it have no second effect for 48 hours"
TOKEN_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["grant_type", "client_assertion_type", "client_assertion"],
                    "properties": {
                        "grant_type": {"type": "string", "const": "client_credentials"},
                        "client_assertion_type": {
                            "type": "string",
                            "const": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                        },
                        "client_assertion": {"type": "string", "description": "A JWT signed with RS256 or ES256"},
                        "scope": {"type": "string", "description": "Names of scopes; without it the client's own"},
                        "client_id": {"type": "string"},
                    },
                },
            },
        },
    },
}
SET_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "array",
                            "maxItems": 19,
                            "minItems": 1,
                            "items": {"type": "string", "format": "binary"},
                            "description": "FI, FS and GO files; each part's file name is the protocol's",
                        },
                    },
                },
            },
        },
    },
}
PART_BODY: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "Content-Range",
            "required": False,
            "schema": {"type": "string", "pattern": "^bytes [0-9]{1,15}-[0-9]{1,15}/[0-9]{1,15}$"},
            "description": "bytes FIRST-LAST/TOTAL; without it the body is the whole file",
        },
    ],
    "requestBody": {
        "required": False,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
}
REMAINING_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["access_code"],
                    "additionalProperties": False,
                    "properties": {
                        "access_code": {
                            "type": "string",
                            "maxLength": 64,
                            "description": "As it stands on the student's attestation",
                        },
                    },
                },
            },
        },
    },
}
BYTES: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "If-None-Match",
            "required": False,
            "schema": {"type": "string"},
            "description": "An ETag; what still has it is not sent again",
        },
    ],
    "responses": {
        200: {
            "description": "The bytes of the file; their ETag is their SHA-256",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
    },
}


@dataclass(frozen=True, slots=True)
class Shown:
    """An example: a call in one sentence, its body, None where it has none or no JSON, and what it is answered."""

    what: str
    asked: Content | None
    answered: Content


def json_body(model: type[BaseModel], *, examples: Mapping[str, Shown]) -> dict[str, Any]:
    """Return the description of a body that is read as it arrives; `completed` puts its parts among the others."""
    schema = model.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    shown = {name: _example(one, one.asked) for name, one in examples.items()}
    body = {"required": True, "content": {JSON_TYPE: {"schema": schema, "examples": shown}}}
    return {"requestBody": body, **answers(examples)}


def answers(examples: Mapping[str, Shown]) -> dict[str, Any]:
    """Return what examples add to the description of an operation that answers with JSON."""
    shown = {name: _example(one, one.answered) for name, one in examples.items()}
    return {"responses": {int(HTTPStatus.OK): {"content": {JSON_TYPE: {"examples": shown}}}}}


def _example(one: Shown, value: Content | None) -> Content:
    return {"summary": one.what, "value": value}


def completed(description: dict[str, Any], *, official: Callable[[str], str | None]) -> dict[str, Any]:
    """Return the description set right: problems have their own media type (RFC 9457), each operation has its own id.

    `official` tells at which other address software of the official service finds what stands at one here: it is named.
    """
    for path, methods in description["paths"].items():
        there = official(path)
        for method, operation in methods.items():
            methods[method] = operation | {"operationId": _operation_id(method, operation["operationId"])}
            if there is not None:
                methods[method]["description"] += f" Software of the official service finds it at {there}."
            for content in operation.get("requestBody", {}).get("content", {}).values():
                description["components"]["schemas"] |= content["schema"].pop("$defs", {})
            for response in operation["responses"].values():
                schema = response.get("content", {}).get("application/json", {}).get("schema", {})
                if schema.get("$ref", "").endswith("/ProblemDetails"):
                    response["content"]["application/problem+json"] = response["content"].pop("application/json")
    return description


def _operation_id(method: str, given: str) -> str:
    name = given.removeprefix("channels_web_").removeprefix("api_").removeprefix("presence_operations_")
    return f"{name}_head" if method == "head" else name
