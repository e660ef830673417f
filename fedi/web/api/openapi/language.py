"""The few words in which the files beside this one describe parameters and answers: JSON Schema 2020-12 in short."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]

ANY: Schema = {}
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
WHOLE: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
ID: Schema = {"type": "string", "pattern": "^[0-9]{1,19}$"}
TIME: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
NULL: Schema = {"type": "null"}
OBJECT: Schema = {"type": "object"}
EMPTY: Schema = {"type": "object", "maxProperties": 0}


def ref(name: str) -> Schema:
    """Another entity."""
    return {"$ref": f"#/components/schemas/{name}"}


def says(schema: Schema, words: str) -> Schema:
    return {**schema, "description": words}


def maybe(schema: Schema) -> Schema:
    """It, or null."""
    if "type" in schema and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, NULL]}


def many(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def choice(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def mapping(schema: Schema) -> Schema:
    """An object whose keys are not known beforehand."""
    return {"type": "object", "additionalProperties": schema}


def keys(always: Mapping[str, Schema], sometimes: Mapping[str, Schema] | None = None) -> Schema:
    """An object: `always` are there in every answer, `sometimes` are not."""
    return {
        "type": "object",
        "required": list(always),
        "properties": {**always, **(sometimes or {})},
    }


def entity(words: str, always: Mapping[str, Schema], sometimes: Mapping[str, Schema] | None = None) -> Schema:
    return says(keys(always, sometimes), words)


@dataclass(frozen=True)
class Operation:
    """What one address takes and answers with one method.

    `query` and `body` are the parameters by name, `files` those of the body that are files, `path` the names of its
    variables in order; `page` is the usual length of its pages (0: no pages); `also` are more answers by status.
    """

    summary: str
    answer: Schema = field(default_factory=dict)
    words: str = ""
    path: Mapping[str, Schema] = field(default_factory=dict)
    query: Mapping[str, Schema] = field(default_factory=dict)
    body: Mapping[str, Schema] | None = None
    required: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    headers: Mapping[str, Schema] = field(default_factory=dict)
    page: int = 0
    status: int = 200
    kind: str = "application/json"
    also: Mapping[int, tuple[str, Schema]] = field(default_factory=dict)
