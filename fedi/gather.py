"""Calls that arrive while another one runs are done together: one trip to a thread, one transaction for many.

Under load this is group commit (architecture: durable before 202); a lone call waits for nobody.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

I = TypeVar("I")  # noqa: E741 - the item
O = TypeVar("O")  # noqa: E741 - the outcome
MOST = 200
Thread = Callable[..., Awaitable[Any]]


class Gather(Generic[I, O]):
    """`await gather(item, thread)` gives what `work` answered for the item, or raises what it answered as an exception.

    `work(items)` is synchronous, runs by `thread` (off the loop), and answers one outcome for each item, in order.
    """

    def __init__(self, work: Callable[[Sequence[I]], Sequence[O | Exception]]) -> None:
        self._work = work
        self._waiting: dict[asyncio.AbstractEventLoop, list[tuple[I, asyncio.Future[O]]]] = {}

    async def __call__(self, item: I, thread: Thread) -> O:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[O] = loop.create_future()
        running = self._waiting.get(loop)
        if running is not None:
            running.append((item, future))
            return await future
        self._waiting[loop] = [(item, future)]
        task = loop.create_task(self._run(loop, thread))
        try:
            return await future
        finally:
            del task  # held until here, so that it is not collected while it runs

    async def _run(self, loop: asyncio.AbstractEventLoop, thread: Thread) -> None:
        """Until nothing waits. A caller that went away still has its item done."""
        waiting = self._waiting[loop]
        try:
            while waiting:
                batch, waiting[:] = waiting[:MOST], waiting[MOST:]
                await self._do(batch, thread)
        finally:
            del self._waiting[loop]

    async def _do(self, batch: Sequence[tuple[I, "asyncio.Future[O]"]], thread: Thread) -> None:
        try:
            outcomes = await thread(self._work, [item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - every waiting caller is told
            outcomes = [error] * len(batch)
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if future.done():
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
