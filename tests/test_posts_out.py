"""POSTs on kept connections, against servers on loopback that say odd things, byte by byte."""

import asyncio

import pytest

from fedi import config, net
from fedi.config import Settings
from fedi.errors import Refused, TooLarge, Unreachable
from tests.test_net import authority, closed_door, open_door

__all__ = ["closed_door", "open_door"]
OK = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
async def answering():
    """answering(bytes, ...) -> the address of a server that says these, one for each request; `.seen` has them.

    A number waits so many seconds; None closes the connection.
    """
    servers = []

    async def start(*answers, tls=None):
        async def talk(reader, writer):
            start.connections += 1
            try:
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
                    start.seen.append(head + await reader.readexactly(length))
                    for part in said.pop(0) if len(said) > 1 else said[0]:
                        if part is None:
                            return
                        if isinstance(part, bytes):
                            writer.write(part)
                            await writer.drain()
                        else:
                            await asyncio.sleep(part)
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            finally:
                writer.close()

        said = [each if isinstance(each, tuple) else (each,) for each in answers]
        server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
        servers.append(server)
        return f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}/inbox"

    start.seen, start.connections = [], 0
    yield start
    await net.close()
    for server in servers:
        server.close()


def sign(method, url, digest):
    return {"Host": url.split("/")[2], "X-Signed": f"{method} {url} {digest}"}


async def post(url, body=b"{}", **options):
    return await net.post(url, body=body, digest="d", signer=sign, **options)


async def test_one_connection_carries_one_post_after_the_other(open_door, answering):
    url = await answering(OK)
    for number in range(3):
        answer = await post(url, b"body %d" % number)
        assert (answer.status, answer.body, answer.url) == (202, b"", url)
    assert answering.connections == 1
    lines = answering.seen[2].split(b"\r\n")
    assert lines[0] == b"POST /inbox HTTP/1.1"
    assert f"X-Signed: POST {url} d".encode() in lines
    assert b"User-Agent: fedi/" in answering.seen[2]
    assert lines[-1] == b"body 2"


@pytest.mark.parametrize("path", ["/%7Eann/inbox", "/a?b=%2Fc&d=~", "/%e2%82%ac"])
async def test_what_is_signed_is_what_is_sent(open_door, answering, path):
    url = (await answering(OK)).removesuffix("/inbox") + path
    await post(url)
    assert answering.seen[0].startswith(f"POST {path} HTTP/1.1\r\n".encode())
    assert f"X-Signed: POST {url} d".encode() in answering.seen[0]


@pytest.mark.parametrize(
    ("said", "status", "body", "kept"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200, b"abc", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", True),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 202, b"", True),
        ((b"HTTP/1.1 20", 0.01, b"1 Created\r\nContent-Le", 0.01, b"ngth: 2\r\n\r\nh", 0.01, b"i"), 201, b"hi", True),
        ((b"HTTP/1.1 200 OK\r\n\r\nuntil the end", None), 200, b"until the end", False),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi", 200, b"hi", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, b"hi", False),
        (b"HTTP/1.1 301 Away\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 301, b"", True),
        (OK + b"HTTP/1.1 500 Nobody asked\r\nContent-Length: 0\r\n\r\n", 202, b"", False),
        ((OK, 0.01, b"HTTP/1.1 500 Nobody asked\r\nContent-Length: 0\r\n\r\n"), 202, b"", False),
    ],
)  # fmt: skip
async def test_every_way_to_end_an_answer(open_door, answering, said, status, body, kept):
    url = await answering(said)
    answer = await post(url)
    assert (answer.status, answer.body) == (status, body)
    await asyncio.sleep(0.05)
    await post(url)
    assert answering.connections == (1 if kept else 2)


@pytest.mark.parametrize(
    "said",
    [
        b"220 smtp ready\r\n",
        None,
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", None),
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
    ],
)
async def test_what_is_no_answer(open_door, answering, said):
    url = await answering(said, OK)
    with pytest.raises(Unreachable):
        await post(url)
    assert (await post(url)).status == 202
    assert answering.connections == 2


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000,
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000, None),
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
    ],
)
async def test_a_large_answer_is_cut_off(open_door, answering, said):
    url = await answering(said, OK)
    with pytest.raises((TooLarge, Unreachable)):
        await post(url, max_bytes=1000)
    assert (await post(url)).status == 202
    assert answering.connections == 2


async def test_trailers_are_passed_over_to_a_bound(open_door, answering):
    head = b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"
    answer = await post(await answering(head + b"X-After: 1\r\n\r\n"))
    assert (answer.status, answer.body, "x-after" in answer.headers) == (202, b"ok", False)
    with pytest.raises(TooLarge):
        await post(await answering(head + b"X-After: 1\r\n" * 200 + b"\r\n"), max_bytes=1000)


async def test_a_server_that_hangs_or_drips_is_left(open_door, answering, monkeypatch):
    url = await answering((0.5,), (b"HTTP/1.1 200 OK\r\n", *(0.1, b"X: y\r\n") * 20), OK)
    monkeypatch.setattr(net, "READ_SECONDS", 0.2)
    with pytest.raises(Unreachable, match="in time"):
        await post(url)
    with pytest.raises(Unreachable, match="in time"):
        await post(url, total=0.4)
    assert (await post(url)).status == 202


async def test_one_who_stops_waiting_leaves_no_connection_behind(open_door, answering):
    url = await answering(OK, (0.5, OK), OK)
    await post(url)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(post(url), 0.1)
    assert (await post(url)).status == 202
    assert answering.connections == 2


async def test_a_connection_at_rest_is_closed_in_the_end(open_door, answering, monkeypatch):
    monkeypatch.setattr(net, "KEEP_SECONDS", 0.05)
    url = await answering(OK)
    await post(url)
    await asyncio.sleep(0.2)
    assert net._doors[asyncio.get_running_loop()]._idle == {}
    await post(url)
    assert answering.connections == 2


async def test_no_more_rest_than_are_allowed(open_door, answering, monkeypatch):
    monkeypatch.setattr(net, "AT_REST", 1)
    first, second = await answering(OK), await answering(OK)
    for url in (first, second, second, first):
        await post(url)
    assert answering.connections == 3


async def test_nobody_there(open_door):
    with pytest.raises(Unreachable, match="cannot be reached"):
        await post("http://127.0.0.1:1/")
    with pytest.raises(Unreachable, match="cannot be reached"):
        await post("http://no-such-host.invalid/")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f000001", "localhost", "[::1]", "[::ffff:127.0.0.1]", "127。0。0。1"]
)
async def test_every_writing_of_loopback_is_refused_where_the_socket_is_made(closed_door, host):
    with pytest.raises(Refused):
        await post(f"https://{host}:1/")


async def test_the_address_is_judged_at_each_connection_and_not_by_its_name(open_door, answering, tmp_path):
    """The name is looked up once in 30 seconds; what it led to is judged again for every socket."""
    url = await answering(OK)
    await post(url)
    config.use(Settings(data_dir=tmp_path, domain="art.test", allowed_private_networks="10.0.0.0/8"))
    door = net._doors[asyncio.get_running_loop()]
    for key in list(door._idle):
        door._drop(key, 1)
    with pytest.raises(Refused):
        await post(url)
    assert answering.connections == 1


async def test_a_header_is_one_line(open_door, answering):
    url = await answering(OK)
    for value in ("a\r\nX-More: b", "a\nb", "a\rb", "a\0b", "€"):
        with pytest.raises(Unreachable):
            await net.post(url, body=b"", digest="", signer=lambda *_, value=value: {"Host": "x", "X": value})
    assert answering.seen == []


async def test_tls_is_checked(tmp_path, answering):
    ca, context = authority(tmp_path)
    try:
        settings = Settings(data_dir=tmp_path, domain="art.test", allowed_private_networks="127.0.0.0/8")
        config.use(settings)
        url = await answering(OK, tls=context)
        with pytest.raises(Unreachable):
            await post(url)
        await net.close()
        config.use(settings.model_copy(update={"ca_file": str(ca)}))
        assert (await post(url)).status == 202
        assert (await post(url)).status == 202
        with pytest.raises(Unreachable):
            await post(url.replace("127.0.0.1", "localhost"))
    finally:
        await net.close()
        config.use(None)
