"""The embedded broker on real files: a message that was half written ends nobody."""

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
