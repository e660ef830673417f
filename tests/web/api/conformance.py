"""Answers held to the document that the app gives out: their status, content type and JSON."""

import jsonschema_rs
from werkzeug.exceptions import HTTPException

from fedi.web.api import access
from fedi.web.api.openapi import document


class Conformance:
    """`check` an answer to the app's document; with `closed` a key that the document does not name is wrong, too."""

    def __init__(self, app, *, closed=False):
        self._routes = app.url_map.bind("art.test")
        said = document.build()
        if closed:
            said = said | {"paths": close(said["paths"]), "components": close(said["components"])}
        self._components = said["components"]
        self._operations = operations(said)
        self._validators = {}
        self.seen = set()

    def check(self, method, path, status, kind, body):
        line = self._line(method, path)
        if line is None:
            return
        answers = self._operations[line]["responses"]
        answer = answers.get(str(status))
        if answer is None:
            assert status >= 400, f"{method} {path}: the document knows no {status}"
            answer = self._components["responses"]["Error"]
        assert kind in answer["content"], f"{method} {path}: {kind} is not {list(answer['content'])}"
        if kind == "application/json":
            errors = list(self._validator(line, status, answer).iter_errors(body))
            assert not errors, (
                method,
                path,
                status,
                [(each.instance_path, each.message[-300:]) for each in errors[:5]],
            )
            self.seen.add((line, status))

    def _line(self, method, path):
        """The line of the table of routes, None for what is none of the API's."""
        try:
            rule, _ = self._routes.match(path.partition("?")[0], method=method, return_rule=True)
        except HTTPException:
            return None
        line = (method, access.address(rule.rule))
        return line if rule.endpoint.startswith("api_") and line in access.RULES else None

    def _validator(self, line, status, answer):
        if (line, status) not in self._validators:
            schema = answer["content"]["application/json"]["schema"] | {"components": self._components}
            self._validators[line, status] = jsonschema_rs.validator_for(schema, validate_formats=True)
        return self._validators[line, status]


def operations(said):
    """{(method, address as the table of routes writes it): operation}."""
    found = {}
    for template, methods in said["paths"].items():
        address = "/".join(":id" if part.startswith("{") else part for part in template.split("/"))
        for method, operation in methods.items():
            assert (method.upper(), address) not in found, f"{method} {address} is there twice"
            found[method.upper(), address] = operation
    return found


def close(schema):
    """The same, where an object has only the keys that it names."""
    if isinstance(schema, list):
        return [close(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: close(value) for key, value in schema.items()}
    if made.get("type") in ("object", ["object", "null"]) and isinstance(made.get("properties"), dict):
        made.setdefault("additionalProperties", False)
    return made
