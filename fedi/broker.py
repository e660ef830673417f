"""The embedded broker: kombu's files in folders, but a half-written message or a folder that is gone ends nobody."""

from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem


class Channel(filesystem.Channel):
    """What a message was about is found by the sweep, so nothing is lost with one.

    A process that is killed while it sends leaves an empty file; whoever empties the broker may take the folder too,
    at which kombu's consumer would end, and its worker with it.
    """

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ARG002 - kombu's own has it
        try:
            return super()._get(queue)  # type: ignore[no-untyped-call]
        except ValueError:
            raise Empty from None
        except FileNotFoundError:
            self._make_folders()
            raise Empty from None

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override] # kombu's own differ
        try:
            super()._put(queue, payload, **kwargs)  # type: ignore[no-untyped-call]
        except ChannelError:
            self._make_folders()
            super()._put(queue, payload, **kwargs)  # type: ignore[no-untyped-call]

    def _make_folders(self) -> None:
        for folder in (self.data_folder_in, self.data_folder_out, self.processed_folder):
            Path(folder).mkdir(parents=True, exist_ok=True)


class Transport(filesystem.Transport):
    Channel = Channel


def install() -> None:
    """`filesystem://` means this one."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:{Transport.__name__}"
