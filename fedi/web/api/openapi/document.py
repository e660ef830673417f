"""The whole document: every line of the table of routes, with what the files beside this one say about it."""

import importlib
import pkgutil
import re
from functools import cache
from types import ModuleType
from typing import Any

from fedi import __version__, config, urls
from fedi.services import scopes as scoping
from fedi.web.api import openapi
from fedi.web.api.access import RULES, Rule, Who
from fedi.web.api.openapi.language import ID, TEXT, TIME, WHOLE, Operation, Schema, entity, ref, says

VERSION = "3.1.1"
WORDS = """\
Mastodon's client API, as far as this server has it, and what is ours alone. Ours stands under `/api/fedi/` and, in
Mastodon's entities, under the key `fedi`, where apps that know nothing of it pass it by. What Mastodon's parts mean is
told at <https://docs.joinmastodon.org/api/>; what ours mean is told here, and in the project's `docs/api.md`.

Parameters may stand in the query, a form, a multipart form or a JSON object; nested ones are `fedi[consent]` in a form
and objects in JSON, lists are `id[]` or arrays. Ids are texts of digits, and a newer thing has the larger number.
Further keys may come with any version.

Refusals are `{"error": "a sentence"}`: 400 for what cannot be read, 401 without a good token, 403 for a token without
the scope and for what one may not do, 404 for what is not there for the one who asks, 409 for what cannot be done now,
413 for too many bytes, 422 for a value that is wrong, 429 over the limits (`X-RateLimit-Reset` says until when) and
503 with `Retry-After` while the database or another server is away.
"""
SCHEME = "oauth"
CALLERS = {
    Who.ANYONE: "Anyone may call.",
    Who.APP: "Any app with a token may call.",
    Who.PERSON: "A person must be behind the token.",
    Who.STAFF: "A moderator or admin must be behind the token.",
}
SCOPES = {
    "profile": "read who one is, and nothing else",
    "push": "take push notifications",
    "follow": "the old name of reading and writing follows, blocks and mutes",
}
ERROR = entity(
    "A refusal.",
    {"error": says(TEXT, "a sentence that a person can act on")},
    {"error_description": says(TEXT, "more of it, of the addresses of OAuth")},
)
PAGING: dict[str, Schema] = {
    "max_id": says(TEXT, "older than this id"),
    "since_id": says(TEXT, "newer than this id, the newest first"),
    "min_id": says(TEXT, "newer than this id, the nearest first"),
}
LIMITS = {
    "X-RateLimit-Limit": says(WHOLE, "how many requests there may be"),
    "X-RateLimit-Remaining": says(WHOLE, "how many are left"),
    "X-RateLimit-Reset": says(TIME, "when there are all of them again"),
}
REFUSAL = {
    "description": "A refusal, with a status from 400 on.",
    "content": {"application/json": {"schema": ref("Error")}},
}
OTHERS = "others"
_IN_PATH = re.compile(r":id\b")


def build() -> dict[str, Any]:
    """The document of this instance. Whoever gets it must not change it."""
    return _built(urls.origin(), config.settings().instance_name)


@cache
def _built(origin: str, title: str) -> dict[str, Any]:
    known, tags = described(), tagged()
    paths: dict[str, dict[str, Any]] = {}
    for (method, line), rule in RULES.items():
        resource, operation = known.get(f"{method} {line}", (OTHERS, Operation(f"{method} {line}", body={})))
        variables = _variables(line, operation)
        said = _operation(method, rule, operation, variables)
        said |= {"operationId": operation_id(method, line), "tags": [resource]}
        paths.setdefault(_address(line, variables), {})[method.lower()] = said
    return {
        "openapi": VERSION,
        "info": {
            "title": f"{title}: the API for apps",
            "version": __version__,
            "description": WORDS,
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "externalDocs": {"description": "Mastodon's own documentation", "url": "https://docs.joinmastodon.org/api/"},
        "servers": [{"url": origin}],
        "tags": [{"name": name, "description": words} for name, words in tags.items()],
        "paths": paths,
        "components": {
            "schemas": {"Error": ERROR, **entities()},
            "responses": {"Error": REFUSAL},
            "headers": {name: {"schema": schema} for name, schema in LIMITS.items()},
            "securitySchemes": {SCHEME: _oauth(origin)},
        },
    }


def operation_id(method: str, line: str) -> str:
    return re.sub(r"\W+", "_", f"{method.lower()}{line}")


def described() -> dict[str, tuple[str, Operation]]:
    """{"GET /api/v1/…": (resource, its operation)} of everything that a file of this folder describes."""
    return {
        line: (name, operation)
        for name, module in RESOURCES.items()
        for line, operation in getattr(module, "OPERATIONS", {}).items()
    }


def entities() -> dict[str, Schema]:
    return {name: schema for module in RESOURCES.values() for name, schema in getattr(module, "ENTITIES", {}).items()}


def tagged() -> dict[str, str]:
    """{resource: what it is about}."""
    return {name: (module.__doc__ or "").strip() for name, module in RESOURCES.items()} | {OTHERS: "Not described yet."}


def _resources() -> dict[str, ModuleType]:
    names = sorted(info.name for info in pkgutil.iter_modules(openapi.__path__))
    return {
        name: importlib.import_module(f"{openapi.__name__}.{name}")
        for name in names
        if name not in {"language", "document"}
    }


RESOURCES = _resources()


def _variables(line: str, operation: Operation) -> dict[str, Schema]:
    """The variables of an address in their order: as they are described, else `id`, `id_2`."""
    count = len(_IN_PATH.findall(line))
    named = list(operation.path.items())[:count]
    usual = [("id" if not number else f"id_{number + 1}", ID) for number in range(len(named), count)]
    return dict([*named, *usual])


def _address(line: str, variables: dict[str, Schema]) -> str:
    names = iter(variables)
    return _IN_PATH.sub(lambda _: f"{{{next(names)}}}", line)


def _operation(method: str, rule: Rule, operation: Operation, variables: dict[str, Schema]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "summary": operation.summary,
        "description": " ".join(filter(None, [operation.words, CALLERS.get(rule.who, "")])),
        "security": _security(rule),
        "responses": _answers(operation),
    }
    query = dict(operation.query)
    if operation.page:
        query |= {**PAGING, "limit": {**WHOLE, "minimum": 1, "maximum": 2 * operation.page, "default": operation.page}}
    parameters = [_parameter(key, "path", schema) for key, schema in variables.items()]
    parameters += [_parameter(key, "query", schema) for key, schema in query.items()]
    parameters += [_parameter(key, "header", schema) for key, schema in operation.headers.items()]
    if parameters:
        said["parameters"] = parameters
    if method in {"POST", "PUT", "PATCH", "DELETE"} and (body := _body(operation)):
        said["requestBody"] = body
    return said


def _parameter(name: str, place: str, schema: Schema) -> dict[str, Any]:
    said: dict[str, Any] = {"name": name, "in": place, "schema": schema}
    if words := schema.get("description"):
        said["description"] = words
    if place == "path":
        said["required"] = True
    return said


def _body(operation: Operation) -> dict[str, Any] | None:
    """JSON, and a multipart form where files may come."""
    if operation.body is None:
        return None
    required = [name for name in operation.required if name not in operation.files]
    fields: Schema = {"type": "object", "properties": dict(operation.body)}
    content = {"application/json": {"schema": {**fields, "required": required} if required else fields}}
    if operation.files:
        file = {"type": "string", "contentMediaType": "application/octet-stream"}
        form = {"type": "object", "properties": {**operation.body, **dict.fromkeys(operation.files, file)}}
        content["multipart/form-data"] = {"schema": form | {"required": list(operation.required)}}
        if required != list(operation.required):
            del content["application/json"]  # no file, no sense
    return {"content": content, "required": bool(operation.required)}


def _answers(operation: Operation) -> dict[str, Any]:
    headers: dict[str, Any] = {name: {"$ref": f"#/components/headers/{name}"} for name in LIMITS}
    if operation.page:
        words = 'the addresses of the pages before and after this one (`rel="prev"`, `rel="next"`)'
        headers["Link"] = {"description": words, "schema": TEXT}
    answers = {str(operation.status): {"description": "As asked.", "headers": headers}}
    answers[str(operation.status)]["content"] = {operation.kind: {"schema": operation.answer}}
    for status, (words, schema) in operation.also.items():
        answers[str(status)] = {"description": words, "content": {"application/json": {"schema": schema}}}
    return answers | {"default": {"$ref": "#/components/responses/Error"}}


def _security(rule: Rule) -> list[dict[str, list[str]]]:
    """OpenAPI's list of choices: no token where anyone may call, else a token with one of the scopes."""
    choices: list[dict[str, list[str]]] = [{}] if rule.who == Who.ANYONE else []
    return choices + ([{SCHEME: [scope]} for scope in rule.scopes] or [{SCHEME: []}])


def _oauth(origin: str) -> dict[str, Any]:
    scopes = {scope: _scope(scope) for scope in scoping.KNOWN}
    token = f"{origin}/oauth/token"
    return {
        "type": "oauth2",
        "description": "Apps register at `POST /api/v1/apps`. PKCE (S256) is understood; metadata as in RFC 8414 at "
        "`/.well-known/oauth-authorization-server`. A token may also stand in the query or a form as `access_token`.",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": f"{origin}/oauth/authorize",
                "tokenUrl": token,
                "scopes": scopes,
            },
            "clientCredentials": {"tokenUrl": token, "scopes": scopes},
        },
    }


def _scope(scope: str) -> str:
    if scope in SCOPES:
        return SCOPES[scope]
    verb, _, what = scope.removeprefix("admin:").partition(":")
    words = f"{verb} {what.replace('_', ' ') or 'everything'}"
    return f"moderators alone: {words}" if scope.startswith("admin:") else words
