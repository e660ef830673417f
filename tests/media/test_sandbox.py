"""What a closed-in child can no longer do, tried in a real child."""

import socket
import subprocess
import sys
import textwrap

import pytest

ATTEMPTS = {
    "open a file": "open('/etc/passwd').read()",
    "write a file": "open('/tmp/fedi-escaped', 'w')",
    "list a folder": "os.listdir('/')",
    "start a program": "subprocess.run(['/bin/true'], check=True)",
    "reach the network": "socket.create_connection(('127.0.0.1', int(sys.argv[1])), timeout=5)",
}


def tried(attempt, argument=""):
    """What happened to `attempt` after `sandbox.close_in`: (granted, name of the exception or 'done')."""
    program = textwrap.dedent(f"""
        import os, socket, subprocess, sys
        from fedi.media import sandbox
        granted = sandbox.close_in()
        try:
            {attempt}
            print(','.join(granted), 'done', sep=';')
        except OSError as error:
            print(','.join(granted), type(error).__name__, sep=';')
    """)
    done = subprocess.run([sys.executable, "-c", program, argument], capture_output=True, text=True, check=True)
    granted, result = done.stdout.strip().split(";")
    return granted.split(","), result


@pytest.mark.parametrize("what", [each for each in ATTEMPTS if each != "reach the network"])
def test_files_are_out_of_reach(what):
    granted, result = tried(ATTEMPTS[what])
    if "no files" not in granted:
        pytest.skip("this kernel has no Landlock")
    assert result in {"PermissionError", "FileNotFoundError"}


def test_a_server_on_this_machine_is_out_of_reach(unused_server):
    granted, result = tried(ATTEMPTS["reach the network"], str(unused_server))
    if not {"no network", "no files"} & set(granted):
        pytest.skip("this kernel permits neither")
    assert result != "done"


@pytest.fixture
def unused_server():
    """The port of a socket that listens here, so that a connection would succeed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_memory_is_limited():
    program = (
        "from fedi.media import sandbox\n"
        "sandbox.limit(memory=1 << 29, cpu_seconds=10, file_bytes=1 << 20)\n"
        "try:\n    bytearray(1 << 30)\nexcept MemoryError:\n    print('refused')\n"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "refused"


@pytest.mark.slow
def test_cpu_time_is_limited():
    program = (
        "from fedi.media import sandbox\n"
        "sandbox.limit(memory=1 << 30, cpu_seconds=1, file_bytes=1 << 20)\n"
        "while True: pass\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode < 0
