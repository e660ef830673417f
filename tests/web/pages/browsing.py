"""A browser without JavaScript that speaks to the app in this process, and posts that need no protecting to be seen."""

import hashlib
from http.cookies import SimpleCookie

from lxml import html as lxml_html
from PIL import Image

from fedi import clock, db, files
from fedi.models.account import Account
from fedi.models.actor import Actor
from fedi.models.media import Media, MediaState, Rendition, RenditionKind
from fedi.models.post import Post
from fedi.services import consents, posts
from fedi.services import sessions as web_sessions


class Page:
    """An answer: status, headers, text, and (`tree`) its HTML."""

    def __init__(self, response, text):
        self.status, self.headers, self.text = response.status_code, response.headers, text

    @property
    def tree(self):
        return lxml_html.fromstring(self.text)

    @property
    def words(self):
        return " ".join(self.tree.text_content().split())

    @property
    def location(self):
        return self.headers.get("Location", "")

    def fields(self, action=None):
        """The hidden fields of the form with this action (the first form in main without one)."""
        where = f"//form[@action='{action}']" if action else "//main//form"
        return {
            each.get("name"): each.get("value", "") for each in self.tree.xpath(f"{where}[1]//input[@type='hidden']")
        }


class Browser:
    """Keeps cookies as a browser does; `Browser(app, account)` is signed in."""

    def __init__(self, app, account=None):
        self.client = app.test_client(use_cookies=False)
        self.cookies = {}
        if account is not None:
            with db.writing() as session:
                token = web_sessions.open_session(session, session.get_one(Account, account.id))
            self.cookies["__Host-fedi_session"] = token

    async def open(self, method, path, *, headers=None, **kwargs):
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Accept": "text/html"}
        response = await self.client.open(path, method=method, headers=sent | (headers or {}), **kwargs)
        for line in response.headers.getlist("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return Page(response, (await response.get_data(as_text=False)).decode("utf-8", "replace"))

    async def get(self, path, **headers):
        return await self.open("GET", path, headers=headers)

    async def post(self, path, form=None, *, start="/about", **kwargs):
        """Send a form with the CSRF token that a page of ours (`start`) gave this browser."""
        fields = {"csrf": await self.csrf(start)} | (form or {})
        return await self.open("POST", path, form=fields, **kwargs)

    async def csrf(self, start="/about"):
        page = await self.get(start if self._signed_in else "/sign-in")
        return page.tree.xpath("//input[@name='csrf']/@value")[0]

    @property
    def _signed_in(self):
        return "__Host-fedi_session" in self.cookies

    async def upload(self, path, form, files, *, start="/about", headers=None):
        """A multipart form; `files` is {field: (file name, bytes)}."""
        fields = {"csrf": await self.csrf(start)} | form
        boundary = "----fedi"
        body = b""
        for name, value in fields.items():
            body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, (filename, data) in files.items():
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
            body += head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + data + b"\r\n"
        body += f"--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        return await self.open("POST", path, data=body, headers={"Content-Type": kind} | (headers or {}))


def show_work(account, title="Heron", *, alt="A heron in the reeds.", size=(1200, 800), pictures=1, **kwargs):
    """A published artwork whose renditions are plain pictures, as if protected before; its id."""
    with db.writing() as session:
        actor = session.get_one(Actor, account.actor_id)
        ids = [_picture(session, actor, alt, size) for _ in range(pictures)]
        return posts.compose(session, author=actor, title=title, media_ids=ids, **kwargs).id


def write(account, text, **kwargs):
    """A published text post; its id."""
    with db.writing() as session:
        if parent := kwargs.pop("reply_to", None):
            kwargs["in_reply_to"] = session.get_one(Post, parent)
        return posts.compose(session, author=session.get_one(Actor, account.actor_id), text=text, **kwargs).id


def _picture(session, actor, alt, size):
    key = hashlib.sha256(str(clock.new_id()).encode()).hexdigest()
    row = Media(
        actor_id=actor.id, vault_key=f"aa/{key}", sha256=key, mime="image/png", size=1, alt=alt, preset="fast",
        version=1, current_version=1, state=MediaState.PROTECTED, blurhash="LEHV6nWB2yk8pyo0adR*.7kCMdnj",
        width=size[0], height=size[1],
    )  # fmt: skip
    session.add(row)
    session.flush()
    terms = consents.of_media(session, row)
    for kind, scale in ((RenditionKind.FEDERATED, 1), (RenditionKind.PREVIEW, 4)):
        file = files.locate("renditions", f"p/{key[:2]}/{key}-{kind}.jpg")
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (size[0] // 10, size[1] // 10), "teal").save(file)
        session.add(
            Rendition(
                media_id=row.id, version=1, kind=kind, consent=terms.consent.text, licence=terms.licence.text, key=f"p/{key[:2]}/{key}-{kind}.jpg",
                mime="image/jpeg", width=size[0] // scale, height=size[1] // scale, size=1, sha256=key,
            )
        )  # fmt: skip
    session.flush()
    session.expire(row, ["renditions"])
    return row.id
