"""The only door out, against real servers on loopback that are slow, endless, lying or leading elsewhere."""

import asyncio
import datetime as dt
import gzip
import ipaddress
import ssl

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fedi import clock, config, net
from fedi.config import Settings
from fedi.errors import Refused, TooLarge, Unreachable


@pytest.fixture
def open_door(tmp_path):
    config.use(Settings(data_dir=tmp_path, domain="art.test", allowed_private_networks="127.0.0.0/8"))
    yield
    config.use(None)


@pytest.fixture
def closed_door(tmp_path):
    config.use(Settings(data_dir=tmp_path, domain="art.test"))
    yield
    config.use(None)


@pytest.fixture
async def serve():
    """serve({path: handler}) -> base address; counts connections in `serve.seen`."""
    runners = []

    async def start(routes, ssl_context=None, host="127.0.0.1"):
        application = web.Application()
        for path, handler in routes.items():
            application.router.add_route("*", path, handler)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, host, 0, ssl_context=ssl_context)
        await site.start()
        runners.append(runner)
        port = site._server.sockets[0].getsockname()[1]
        return f"{'https' if ssl_context else 'http'}://{host}:{port}"

    yield start
    await net.close()
    for runner in runners:
        await runner.cleanup()


async def hello(request):
    return web.Response(body=b"hello", headers={"X-Agent": request.headers.get("User-Agent", "")})


async def test_an_answer(open_door, serve):
    base = await serve({"/": hello})
    response = await net.request("GET", base + "/")
    assert (response.status, response.body, response.url) == (200, b"hello", base + "/")
    assert response.headers["x-agent"].startswith("fedi/")
    assert "https://art.test/" in response.headers["x-agent"]


async def test_a_header_that_comes_twice_is_told_twice(open_door, serve):
    async def twice(_request):
        return web.Response(headers=[("X-Robots-Tag", "noai"), ("X-Robots-Tag", "noindex")])

    response = await net.request("GET", await serve({"/": twice}) + "/")
    assert [value for name, value in response.lines if name == "X-Robots-Tag"] == ["noai", "noindex"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "169.254.169.254", "0.0.0.0", "192.168.1.1", "172.16.0.1", "100.64.0.1", "192.0.0.8",
        "192.88.99.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "::127.0.0.1", "::ffff:127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001::1", "fec0::1", "fc00::1", "fe80::1%eth0",
        "3fff::1", "ff02::1", "2001:db8::1", "100::1", "junk", "",
    ],
)  # fmt: skip
def test_addresses_that_are_never_connected_to(closed_door, address):
    assert not net.permitted(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "1.1.1.1"])
def test_addresses_that_are(closed_door, address):
    assert net.permitted(address)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "gopher://a.test/", "ftp://a.test/", "data:text/plain,x", "unix:/x", "javascript:1", "",
        "https://", "https://user:pw@a.test/", "https://a.test:0/", "https://a.test:99999/", "https://[::1", "//a.test/",
        "http://a.test/", "https://a b.test/", "https://a.test/\r\nX: y", "https://" + "a" * 3000,
    ],
)  # fmt: skip
async def test_addresses_that_are_never_asked(closed_door, url):
    with pytest.raises(Refused):
        await net.request("GET", url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "127.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "127。0。0。1",
        "①②⑦.⓪.⓪.①",
    ],
)
async def test_every_writing_of_loopback_is_refused_where_the_socket_is_made(closed_door, host):
    """Nothing listens there: a connect would fail with Unreachable, so Refused shows that none was tried."""
    with pytest.raises(Refused):
        await net.request("GET", f"https://{host}:1/")
    await net.close()


async def test_a_redirect_inside_is_followed_and_signed_anew(open_door, serve):
    signed = []

    async def away(_request):
        raise web.HTTPFound("/there")

    def signer(method, url, digest):
        signed.append((method, url, digest))
        return {"X-Signed": url}

    async def there(request):
        return web.Response(text=request.headers["X-Signed"])

    base = await serve({"/": away, "/there": there})
    response = await net.request("GET", base + "/", signer=signer)
    assert response.body.decode() == base + "/there"
    assert [url for _, url, _ in signed] == [base + "/", base + "/there"]


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "http://[::1]:1/"],
)
async def test_a_redirect_that_leads_elsewhere_is_refused(open_door, serve, target):
    async def away(_request):
        return web.Response(status=302, headers={"Location": target})

    with pytest.raises(Refused):
        await net.request("GET", await serve({"/": away}) + "/")


async def test_what_is_signed_is_what_is_sent(open_door, serve):
    """aiohttp writes %7E as ~ and %2f as %2F by itself, and a signature over the other writing is worth nothing."""
    signed = []

    def signer(_method, url, _digest):
        signed.append(url)
        return {}

    async def echo(request):
        return web.Response(text=request.raw_path)

    base = await serve({"/{rest:.*}": echo})
    for target in ("/%7Eann?x=%41", "/a%2fb?q=a+b&c=%20", "/it%27s", "/x?a=b%26c|d"):
        response = await net.request("GET", base + target, signer=signer)
        assert (response.body.decode(), signed[-1], response.url) == (target, base + target, base + target)
    response = await net.request("GET", base + "/ünï", signer=signer)
    assert response.body.decode() == signed[-1].removeprefix(base) == "/%C3%BCn%C3%AF"


async def test_plain_http_only_inside_the_allowed_networks(open_door, serve):
    """The public address is judged before any socket: a try to connect would be Unreachable, or an answer."""
    assert (await net.request("GET", await serve({"/": hello}) + "/")).status == 200
    assert net.permitted("93.184.216.34")
    assert not net.permitted("93.184.216.34", plain=True)
    with pytest.raises(Refused):
        await net.request("GET", "http://93.184.216.34:1/", timeout=2)


@pytest.mark.parametrize("location", ["http://127.0.0.1:1/", "HTTP://127.0.0.1:1/"])
async def test_a_redirect_never_leads_out_of_tls(tmp_path, serve, location):
    ca, context = authority(tmp_path)
    config.use(Settings(data_dir=tmp_path, domain="art.test", allowed_private_networks="127.0.0.0/8", ca_file=str(ca)))

    async def away(_request):
        return web.Response(status=302, headers={"Location": location})

    try:
        base = await serve({"/": away}, ssl_context=context)
        with pytest.raises(Refused, match="from https to http"):
            await net.request("GET", base + "/")
    finally:
        await net.close()
        config.use(None)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120), ("Wed, 25 Nov 2026 03:01:00 GMT", 60), ("Wed, 25 Nov 2026 02:00:00 GMT", 0),
        ("", None), ("soon", None), ("-5", None), ("9" * 20, None), ("Wed, 99 Nov 2026 03:01:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_in_seconds_or_as_a_date(value, seconds):
    with clock.frozen(clock.parse_http_date("Wed, 25 Nov 2026 03:00:00 GMT").timestamp()):
        assert net.Response(503, {"retry-after": value}, b"", "https://a.test/").retry_after == seconds


async def test_redirects_end(open_door, serve):
    async def again(request):
        raise web.HTTPFound(f"/{int(request.path[1:] or 0) + 1}")

    with pytest.raises(Unreachable, match="redirects"):
        await net.request("GET", await serve({"/{n:.*}": again}) + "/0")


async def test_a_post_is_not_redirected(open_door, serve):
    async def away(_request):
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    assert (await net.request("POST", await serve({"/": away}) + "/", body=b"x")).status == 307


@pytest.mark.parametrize("declared", [True, False])
async def test_a_large_answer_is_cut_off(open_door, serve, declared):
    async def much(request):
        if declared:
            return web.Response(body=b"x" * 200_000)
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 10_000)
        except ConnectionError:
            return response

    with pytest.raises(TooLarge):
        await net.request("GET", await serve({"/": much}) + "/", max_bytes=100_000)


async def test_a_gzip_bomb_is_cut_off(open_door, serve):
    bomb = gzip.compress(b"\0" * 50_000_000)

    async def small(_request):
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    assert len(bomb) < 100_000
    with pytest.raises(TooLarge):
        await net.request("GET", await serve({"/": small}) + "/", max_bytes=1_000_000)


async def test_gzip_is_understood(open_door, serve):
    async def packed(_request):
        return web.Response(body=gzip.compress(b"hello"), headers={"Content-Encoding": "gzip"})

    assert (await net.request("GET", await serve({"/": packed}) + "/")).body == b"hello"


async def test_a_peer_that_hangs_is_left(open_door, serve):
    async def never(_request):
        await asyncio.sleep(3600)

    with pytest.raises(Unreachable, match="in time"):
        await net.request("GET", await serve({"/": never}) + "/", timeout=0.2)


async def test_a_peer_that_drips_is_left(open_door, serve):
    async def drip(request):
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1000):
            await response.write(b"x")
            await asyncio.sleep(0.05)
        return response

    with pytest.raises(Unreachable, match="in time"):
        await net.request("GET", await serve({"/": drip}) + "/", timeout=0.4)


async def test_nobody_there(open_door):
    with pytest.raises(Unreachable):
        await net.request("GET", "http://127.0.0.1:1/")
    with pytest.raises(Unreachable):
        await net.request("GET", "http://no-such-host.invalid/")
    await net.close()


async def test_no_http_at_all(open_door):
    async def talk(_reader, writer):
        writer.write(b"220 smtp ready\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    with pytest.raises(Unreachable):
        await net.request("GET", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    server.close()
    await net.close()


def authority(tmp_path):
    """A private CA and a certificate for 127.0.0.1: (CA file, server context)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    ca = tmp_path / "ca.pem"
    ca.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem = tmp_path / "key.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca, pem)
    return ca, context


async def test_tls_with_a_private_authority(tmp_path, serve):
    ca, context = authority(tmp_path)
    try:
        config.use(Settings(data_dir=tmp_path, domain="art.test", allowed_private_networks="127.0.0.0/8"))
        base = await serve({"/": hello}, ssl_context=context)
        with pytest.raises(Unreachable):
            await net.request("GET", base + "/")
        await net.close()
        config.use(
            Settings(data_dir=tmp_path, domain="art.test", allowed_private_networks="127.0.0.0/8", ca_file=str(ca))
        )
        assert (await net.request("GET", base + "/")).body == b"hello"
    finally:
        await net.close()
        config.use(None)


def test_the_way_in_for_synchronous_code(open_door):
    async def walk():
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        response = await asyncio.to_thread(net.get, f"http://127.0.0.1:{port}/")
        server.close()
        return response

    async def answer(_reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    assert asyncio.run(walk()).body == b"ok"
    net.close_background()
