"""The steps of the kill walk, each in a process of its own that may be killed: `python -m tests.walks.kill_steps`.

It reads one JSON request a line, forks a child that does the step on the real parts, and answers one JSON line with the
child's exit status (negative: the signal that ended it) and result. Forking costs nothing beside importing the product
anew for each of a hundred kills.
"""

import asyncio
import base64
import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from fedi import clock, config, failpoints, tasks  # noqa: E402
from fedi.activitypub import registry  # noqa: E402
from fedi.app import create_app  # noqa: E402
from fedi.media.child import MediaChild  # noqa: E402
from fedi.tasks import media as media_task  # noqa: E402

registry.find()


async def _upload(token, file):
    """POST /api/v2/media; the id."""
    client = create_app().test_client(use_cookies=False)
    failpoints.arm(config.settings().failpoint)
    boundary = "kill"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="description"\r\n\r\na red boat\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="boat.jpg"\r\n\r\n'
    )
    body = head.encode() + Path(file).read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    response = await client.post(
        "/api/v2/media",
        data=body,
        headers={"Authorization": f"Bearer {token}", "Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    return response.status_code, (await response.get_json())["id"]


async def _publish(token, media_id):
    """POST /api/v1/statuses as a client does that may have to ask again: with an Idempotency-Key."""
    client = create_app().test_client(use_cookies=False)
    response = await client.post(
        "/api/v1/statuses",
        json={"status": "A boat, for nobody's training", "media_ids": [media_id]},
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "once"},
    )
    return response.status_code, (await response.get_json())["id"]


async def _receive(headers, body):
    """POST /inbox."""
    client = create_app().test_client(use_cookies=False)
    response = await client.post("/inbox", data=base64.b64decode(body), headers=dict(headers))
    return response.status_code, None


async def _media(path):
    """GET a picture as a stranger does."""
    client = create_app().test_client(use_cookies=False)
    response = await client.get(path)
    return response.status_code, base64.b64encode(await response.get_data()).decode()


def _work():
    """What a worker does until nothing is due."""
    tasks.run_until_idle()
    tasks.close()


STEPS = {"upload": _upload, "publish": _publish, "receive": _receive, "media": _media}


def _child(request, out):
    config.use(config.load(**request["settings"], failpoint=request["failpoint"]))
    failpoints.arm(request["failpoint"])
    offset = request["offset"]
    clock.timestamp = lambda: time.time() + offset
    if request["record"]:
        _record(Path(request["record"]))
    if request["media_failpoint"]:
        media_task._child = MediaChild(failpoint=request["media_failpoint"])
    if request["step"] == "work":
        result = _work()
    else:
        result = asyncio.run(STEPS[request["step"]](**request["with"]))
    os.write(out, json.dumps(result).encode())


def _record(path):
    """Write the name of every failpoint that is passed."""

    def passed(name):
        with path.open("a") as file:
            file.write(name + "\n")

    failpoints.point = passed


def _fork(request):
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        status = 1
        try:
            os.dup2(2, 1)
            _child(request, writer)
            status = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writer)
    answer = b""
    while block := os.read(reader, 1 << 16):
        answer += block
    os.close(reader)
    _, status = os.waitpid(child, 0)
    return {"exit": os.waitstatus_to_exitcode(status), "result": json.loads(answer) if answer else None}


def main():
    for line in sys.stdin:
        print(json.dumps(_fork(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
