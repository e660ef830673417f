"""The media child: a process of its own that runs stages, holds torch when a stage needs it, and leaves when idle.

`python -m fedi.media.child` reads one JSON request a line and answers one JSON line; `MediaChild` is its client.
"""

import json
import select
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

import click

from fedi import failpoints
from fedi.errors import BadMedia, OurFault, Unreachable
from fedi.media import pipeline, sandbox
from fedi.media.job import Job
from fedi.media.pipeline import StageResult

IDLE_SECONDS = 60.0


class MediaChild:
    """Runs stages in the child; starts it at first use and again after it left or was killed."""

    def __init__(self, *, failpoint: str = "") -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._failpoint = failpoint

    def run_stage(self, job: Job, name: str, timeout: float) -> StageResult:
        """Raises BadMedia (the picture's fault) or Unreachable (the child died or took over `timeout` seconds)."""
        with self._lock:
            process = self._running()
            request = json.dumps({"stage": name, "job": job.to_json()}).encode() + b"\n"
            answer = self._ask(process, request, timeout)
        if "bad_media" in answer:
            raise BadMedia(answer["bad_media"])
        return StageResult(**answer["result"])

    def close(self) -> None:
        with self._lock:
            self._end()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", "fedi.media.child", "--failpoint", self._failpoint]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self._process

    def _ask(self, process: "subprocess.Popen[bytes]", request: bytes, timeout: float) -> dict[str, Any]:
        try:
            _write(process, request)
        except BrokenPipeError:
            self._end()  # it left for idleness between our look and our write
            process = self._running()
            _write(process, request)
        answers = _pipe(process.stdout)
        ready = _readable(answers, timeout)
        line = answers.readline() if ready else b""
        if not line:
            self._end()
            raise Unreachable("the process that protects pictures was stopped" if ready else "it took too long")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
        self._process = None


def _write(process: "subprocess.Popen[bytes]", request: bytes) -> None:
    pipe = _pipe(process.stdin)
    pipe.write(request)
    pipe.flush()


def _readable(pipe: IO[bytes], seconds: float) -> bool:
    """poll, not select: a busy worker has descriptors above 1,023."""
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN | select.POLLHUP)
    return bool(waiting.poll(seconds * 1000))


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise OurFault("the media child was started without pipes")
    return pipe


@click.command()
@click.option("--failpoint", default="")
def main(failpoint: str) -> None:
    """Answer requests until standard input ends or nothing came for a minute."""
    sandbox.die_with_parent()
    failpoints.arm(failpoint)
    while _readable(sys.stdin.buffer, IDLE_SECONDS):
        line = sys.stdin.buffer.readline()
        if not line:
            return
        sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
        sys.stdout.flush()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    job = Job.from_json(request["job"])
    Path(job.workdir).mkdir(parents=True, exist_ok=True)
    try:
        return {"result": pipeline.run_stage(job, request["stage"]).to_json()}
    except BadMedia as error:
        return {"bad_media": str(error)}


if __name__ == "__main__":
    main()
