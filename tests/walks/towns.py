"""Real instances for the walks: `fedi serve` with its worker, over TLS with a private authority."""

import datetime as dt
import ipaddress
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PATIENCE = 40
PASSWORD = "correct horse battery"


class Authority:
    """A private CA with one certificate for localhost and 127.0.0.1 to .9, all walks use it."""

    def __init__(self, folder: Path):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "walks")])
        start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
        names = [x509.DNSName("localhost")]
        names += [x509.IPAddress(ipaddress.ip_address(f"127.0.0.{last}")) for last in range(1, 10)]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(start)
            .not_valid_after(start + dt.timedelta(days=36500))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.certificate = folder / "ca.pem"
        self.key = folder / "ca.key"
        self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self.context = ssl.create_default_context(cafile=str(self.certificate))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Town:
    """One running instance."""

    def __init__(self, folder: Path, authority: Authority, host: str = "localhost", **settings: str):
        self.authority = authority
        self.port = free_port()
        self.domain = f"{host}:{self.port}"
        self.origin = f"https://{self.domain}"
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("FEDI_")},
            "FEDI_DOMAIN": self.domain,
            "FEDI_BIND": f"{host}:{self.port}",
            "FEDI_DATA_DIR": str(folder / "data"),
            "FEDI_TLS_CERT": str(authority.certificate),
            "FEDI_TLS_KEY": str(authority.key),
            "FEDI_CA_FILE": str(authority.certificate),
            "FEDI_ALLOWED_PRIVATE_NETWORKS": "127.0.0.0/8 ::1/128",
            "FEDI_RATE_LIMITS": "off",
            **settings,
        }
        self.log = folder / "log"
        self.process: subprocess.Popen | None = None

    def start(self) -> "Town":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fedi", "serve"],
            env=self.environment,
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
        )
        until(lambda: self.get("/health", raw=True) == b"OK", "the instance to answer", quiet=True)
        return self

    def stop(self) -> int:
        """Ctrl-C, as its operator would; the exit status."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def fedi(self, *arguments: str, status: int = 0) -> str:
        """Run a `fedi` command on this instance; its output."""
        done = self.run(*arguments)
        assert done.returncode == status, f"{arguments}: {done.returncode} {done.stderr}"
        return done.stdout

    def run(self, *arguments: str, check: bool = False) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "fedi", *map(str, arguments)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=150,
            check=check,
        )

    def person(self, name: str) -> "Person":
        self.fedi("account", "create", name, "--email", f"{name}@example.org", "--password", PASSWORD)
        return Person(self, name, self.fedi("account", "token", name).strip())

    def get(self, path: str, *, accept: str = "application/json", token: str = "", raw: bool = False):
        return self.ask("GET", path, accept=accept, token=token, raw=raw)

    def ask(self, method: str, path: str, form=None, *, accept="application/json", token="", raw=False):
        url = path if path.startswith("https://") else self.origin + path
        headers = {"Accept": accept} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = json.dumps(form).encode() if form is not None else None
        if data is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(url, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, context=self.authority.context, timeout=30) as answer:
            body = answer.read()
        return body if raw else json.loads(body)

    def status_of(self, path: str, **options) -> int:
        try:
            self.get(path, raw=True, **options)
        except urllib.error.HTTPError as error:
            return error.code
        return 200


class Person:
    """Somebody with an app on their phone: calls of Mastodon's client API."""

    def __init__(self, town: Town, name: str, token: str):
        self.town, self.name, self.token = town, name, token
        self.handle = f"{name}@{town.domain}"

    def get(self, path: str):
        return self.town.get(path, token=self.token)

    def post(self, path: str, **form):
        return self.town.ask("POST", path, form, token=self.token)

    def put(self, path: str, **form):
        return self.town.ask("PUT", path, form, token=self.token)

    def delete(self, path: str):
        return self.town.ask("DELETE", path, token=self.token)

    def find(self, handle: str) -> dict:
        """Search with resolve, as a client does with a handle of elsewhere."""
        found = self.get("/api/v2/search?resolve=true&type=accounts&q=" + urllib.parse.quote(handle))
        assert found["accounts"], f"{handle} was not found"
        return found["accounts"][0]

    def relationship(self, account_id: str) -> dict:
        return self.get(f"/api/v1/accounts/relationships?id[]={account_id}")[0]

    def home(self) -> list[dict]:
        return self.get("/api/v1/timelines/home")

    def notices(self, kind: str) -> list[dict]:
        return [each for each in self.get("/api/v1/notifications") if each["type"] == kind]


@contextmanager
def two_towns(folder: Path) -> Iterator[tuple[Town, Town]]:
    """Two running instances that trust each other's certificates; both must end well and without a traceback."""
    authority = Authority(folder)
    with ExitStack() as stack:
        made = []
        for name, host in (("art", "localhost"), ("else", "127.0.0.2")):
            place = folder / name
            place.mkdir()
            town = Town(place, authority, host)
            stack.callback(_end, town)
            made.append(town.start())
        yield made[0], made[1]


def _end(town: Town) -> None:
    status = town.stop()
    log = town.log.read_text()
    print(log[-3000:])
    assert status == 0
    assert "Traceback" not in log


def until(question, what: str, *, quiet: bool = False):
    """Ask until the answer is true; it is then returned. What another server does takes its time."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answer = question()
        except (OSError, urllib.error.HTTPError) as error:
            if not quiet and isinstance(error, urllib.error.HTTPError) and error.code >= 500:
                raise
            answer = None
        if answer:
            return answer
        assert time.monotonic() < deadline, f"waited {PATIENCE} s for {what}"
        time.sleep(0.1)
