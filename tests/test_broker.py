"""The embedded broker on real files: a message that was half written ends nobody."""

import shutil
from queue import Empty

import pytest

from fedi import work


def test_a_half_written_message_is_passed_over(instance):
    for name in ("federation.deliver", "federation.expand"):
        work.send(name)
    first, _ = sorted((instance.data_dir / "broker" / "queue").iterdir())
    first.write_bytes(b"")
    with work.app().connection() as connection:
        channel = connection.channel()
        seen, passed = [], 0
        for _ in range(2):
            try:
                seen.append(channel._get("io"))
            except Empty:
                passed += 1
        assert (len(seen), passed) == (1, 1)
        with pytest.raises(Empty):
            channel._get("io")


def test_a_folder_that_went_is_made_again(instance):
    """Whoever empties the broker may take the folder too; neither the worker nor who sends ends with it."""
    folder = instance.data_dir / "broker" / "queue"
    work.send("federation.deliver")
    with work.app().connection() as connection:
        channel = connection.channel()
        shutil.rmtree(folder)
        with pytest.raises(Empty):
            channel._get("io")
        assert folder.is_dir()
        shutil.rmtree(folder)
        work.send("federation.deliver")
        assert channel._get("io")
