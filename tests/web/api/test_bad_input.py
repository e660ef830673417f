"""Whatever comes in, the answer is a clear refusal, never a 500."""

import json

import pytest

from fedi.web.api import access

from .conftest import multipart

IDS = [
    "0",
    "-1",
    "abc",
    "1.5",
    "9" * 19,
    "9" * 40,
    "%00",
    "1%00",
    "%F0%9F%98%80",
    "' OR 1=1--",
    "../../etc/passwd",
    "%ff",
]
VALUES = ["", "\0", "a\0b", "9" * 400, "-1", "many", "😀" * 50, "<script>", "%", "null", "[]", "1e400", "NaN"]
NAMES = [
    "limit", "max_id", "min_id", "since_id", "offset", "q", "id[]", "acct", "status", "visibility", "media_ids[]", "account_id",
    "types[]", "timeline[]", "home[last_read_id]", "in_reply_to_id", "language", "sensitive", "client_name", "redirect_uris",
    "scopes", "status_ids[]", "comment", "category", "duration", "fields_attributes[0][name]", "source[privacy]", "tagged",
    "only_media", "any[]", "all[]", "none[]", "focus", "description", "display_name", "note", "resolve", "type", "local",
]  # fmt: skip
WRONG = [None, [], {}, [[]], [{}], {"a": {"b": []}}, True, 1.5, 10**18, "x", ["a", {"b": 1}], [None]]


async def test_ids(api, mira):
    for method, path in sorted(access.RULES):
        if ":id" in path:
            for id_ in IDS:
                answer = await api.call(method, path.replace(":id", id_), mira)
                assert answer.status < 500, (method, path, id_, answer)


@pytest.mark.slow
async def test_query_values(api, mira):
    """Every parameter that anything reads, with every odd value, on every route that reads."""
    for method, path in sorted(access.RULES):
        if method != "GET":
            continue
        for value in VALUES:
            answer = await api.call(
                method, path.replace(":id", mira.id), mira, query_string=dict.fromkeys(NAMES, value)
            )
            assert answer.status < 500, (path, value, answer)


@pytest.mark.slow
async def test_json_of_wrong_types(api, mira):
    names = [name.partition("[")[0] for name in NAMES]
    for method, path in sorted(access.RULES):
        if method in {"GET", "DELETE"}:
            continue
        for value in WRONG:
            answer = await api.call(method, path.replace(":id", mira.id), mira, json=dict.fromkeys(names, value))
            assert answer.status < 500, (method, path, value, answer)


async def test_forms_of_odd_values(api, mira):
    for method, path in sorted(access.RULES):
        if method in {"GET", "DELETE"}:
            continue
        for value in VALUES[:5]:
            answer = await api.call(method, path.replace(":id", mira.id), mira, form=dict.fromkeys(NAMES, value))
            assert answer.status < 500, (method, path, value, answer)


@pytest.mark.parametrize("body", [b"{", b"nope", b'{"a":', b"\xff\xfe", b'{"status": "\\ud800"}', b"[" * 5000])
async def test_malformed_json_is_400(api, mira, body):
    answer = await api.call("POST", "/api/v1/statuses", mira, data=body, headers={"Content-Type": "application/json"})
    assert answer.status == 400
    assert set(answer.body) == {"error"}


@pytest.mark.parametrize("body", [b"[]", b"5", b'"x"', b"null", b"", b"[1, 2]"])
async def test_json_that_is_no_object_holds_nothing(api, mira, body):
    answer = await api.call("POST", "/api/v1/statuses", mira, data=body, headers={"Content-Type": "application/json"})
    assert answer.status == 422


async def test_body_over_the_limit(api, mira):
    answer = await api.call("POST", "/api/v1/statuses", mira, json={"status": "x" * (1 << 20)})
    assert answer.status == 413


@pytest.mark.parametrize(
    "query",
    [
        "a[b]=1&a[]=2",
        "a[]=2&a[b]=1",
        "a" + "[b]" * 50 + "=1",
        "[]=1",
        "a[=1",
        "]=1",
        "=1",
        "a=1&a[b]=2",
        "&".join(["x=1"] * 2500),
    ],
)
async def test_odd_parameter_names(api, mira, query):
    answer = await api.call("GET", f"/api/v1/timelines/home?{query}", mira)
    assert answer.status in {200, 400}


@pytest.mark.parametrize("limit", ["0", "-1", "many", "1000000", "9" * 60])
async def test_limits_on_every_list(api, mira, limit):
    for path in (
        "timelines/home",
        "timelines/public",
        "favourites",
        "bookmarks",
        f"accounts/{mira.id}/followers",
        "blocks",
    ):
        answer = await api.get(f"/api/v1/{path}", mira, limit=limit)
        assert (answer.status, answer.body) == (200, []), path


async def test_limit_is_capped(api, mira):
    for number in range(45):
        await api.post("/api/v1/statuses", mira, status=f"number {number}")
    assert len((await api.get("/api/v1/timelines/home", mira, limit=1000)).body) == 40
    assert len((await api.get("/api/v1/timelines/home", mira)).body) == 20
    assert len((await api.get("/api/v1/timelines/home", mira, limit=-3)).body) == 3
    assert (await api.get("/api/v1/timelines/home", mira, max_id="garbage")).body == []
    assert len((await api.get("/api/v1/timelines/home", mira, max_id="9" * 40)).body) == 20


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x",
        "text/plain",
        "a/b; c=\xe9",
    ],
)
async def test_upload_of_no_form(api, mira, kind):
    answer = await api.call("POST", "/api/v2/media", mira, data=b"--y\r\nnothing", headers={"Content-Type": kind})
    assert answer.status in {400, 422}


async def test_upload_without_a_file(api, mira):
    body, kind = multipart({"description": "x"}, {})
    answer = await api.call("POST", "/api/v2/media", mira, data=body, headers={"Content-Type": kind})
    assert (answer.status, answer.body) == (422, {"error": "Validation failed: File can't be blank"})


@pytest.mark.parametrize(
    "data", [b"", b"not a picture", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"\x89PNG\r\n\x1a\n" + b"\0" * 20]
)
async def test_upload_of_no_picture(api, mira, data):
    answer = await api.upload(mira, data)
    assert answer.status == 422
    assert answer.body["error"]


async def test_announced_size_is_refused_unread(api, mira):
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(200 * 1024 * 1024)}
    answer = await api.call("POST", "/api/v2/media", mira, headers=headers)
    assert answer.status == 413


async def test_unknown_addresses_and_methods(api, mira):
    missing = await api.get("/api/v1/nothing/here", mira)
    assert missing.status == 404
    assert "error" in missing.body
    wrong = await api.delete("/api/v1/timelines/home", mira)
    assert wrong.status == 405
    assert wrong.headers["Access-Control-Allow-Origin"] == "*"


def test_wrong_values_are_json():
    assert json.dumps(WRONG)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("GET", "/api/v1/nothing", None, 404, "Not Found"),
        ("POST", "/api/v1/statuses/7/translate", {}, 404, "Not Found"),
        ("PATCH", "/api/v1/instance", {}, 405, "Method Not Allowed"),
        ("POST", "/api/v1/statuses", {"status": " "}, 422, "Validation failed: Text can't be blank"),
        (
            "POST",
            "/api/v1/statuses",
            {"status": "x" * 5001},
            422,
            "Validation failed: Text character limit of 5000 exceeded",
        ),
        (
            "POST",
            "/api/v1/statuses",
            {"status": "x", "visibility": "everyone"},
            422,
            "Validation failed: Visibility is not included in the list",
        ),
        (
            "PATCH",
            "/api/v1/accounts/update_credentials",
            {"display_name": "x" * 256},
            422,
            "Validation failed: Display name is too long (maximum is 255 characters)",
        ),
        (
            "PATCH",
            "/api/v1/accounts/update_credentials",
            {"note": "x" * 5001},
            422,
            "Validation failed: Note character limit of 5000 exceeded",
        ),
        ("POST", "/api/v1/domain_blocks", {}, 422, "Validation failed: Domain can't be blank"),
        ("POST", "/api/v2/notifications/favourite-1-2/dismiss", {}, 200, None),
        ("GET", "/api/v1/instance/terms_of_service/2020-01-01", None, 404, "Record not found"),
        ("GET", "/api/v1/timelines/link?url=https://site.example", None, 404, "Record not found"),
        (
            "POST",
            "/api/v1/statuses",
            {"status": "x", "media_ids": ["9"]},
            422,
            "Media 9 not found or already attached to another post",
        ),
        (
            "POST",
            "/api/v1/statuses",
            {"status": "x", "media_ids": [str(number) for number in range(11)]},
            422,
            "Cannot attach more than 10 files",
        ),
        (
            "POST",
            "/api/v1/apps",
            {"client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "bogus"},
            422,
            "Validation failed: Scopes doesn't match configured on the server.",
        ),
        ("DELETE", "/api/v1/featured_tags/9", None, 404, "Record not found"),
        ("DELETE", "/api/v1/push/subscription", None, 200, None),
    ],
)
async def test_refusals_in_the_words_of_mastodon(api, mira, method, path, body, status, words):
    given = {} if body is None else {"json": body}
    said = await api.call(method, path, mira, **given)
    assert (said.status, said.body) == (status, {} if words is None else {"error": words})


async def test_searching_further_is_for_those_signed_in(api):
    said = await api.get("/api/v2/search", q="x", offset="20")
    assert (said.status, said.body) == (
        401,
        {"error": "Search queries pagination is not supported without authentication"},
    )


async def test_a_report_names_rules_that_exist(api, mira, otto):
    said = await api.post("/api/v1/reports", mira, account_id=otto.id, category="violation", rule_ids=["99"])
    assert (said.status, said.body) == (422, {"error": "Validation failed: Rule ids does not reference valid rules"})


@pytest.mark.parametrize(("form", "missing"), [({}, "grant_type"), ({"grant_type": "authorization_code"}, "code")])
async def test_a_token_is_asked_for_with_all_it_needs(api, form, missing):
    said = await api.call("POST", "/oauth/token", form=form)
    assert (said.status, said.body["error"]) == (400, "invalid_request")
    assert said.body["error_description"] == f"Missing required parameter: {missing}."
