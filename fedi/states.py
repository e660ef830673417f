"""State machines: a table of moves per model, checked at import, and the only writers of `.state`."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import String, cast, update
from sqlalchemy.orm import Session, object_session

from fedi.errors import Conflict, OurFault

S = TypeVar("S", bound=StrEnum)


class Machine(Generic[S]):
    """The moves a state may make. `Machine({A: [B], B: []})`; every state must be a key."""

    def __init__(self, moves: Mapping[S, Iterable[S]]) -> None:
        self.moves = {source: frozenset(targets) for source, targets in moves.items()}
        states = type(next(iter(self.moves)))
        missing = set(states) - set(self.moves)
        if missing:
            raise OurFault(f"states without a line in their machine: {sorted(missing)}")

    def move(self, row: Any, to: S, **also: Any) -> None:
        """Compare-and-swap `row.state` to `to` (and set the columns in `also`), in the row's own session.

        Raises Conflict when the machine has no such move, or when somebody else moved the row first.
        """
        source = row.state
        if to not in self.moves[source]:
            raise Conflict(f"{type(row).__name__.lower()} is {source} and cannot become {to}")
        session = object_session(row)
        if session is None:
            raise OurFault("a row moves only inside a session")
        session.flush()
        model = type(row)
        moved = session.execute(
            update(model)
            .where(model.id == row.id, model.state == source)
            .values(state=to, **also)
            .execution_options(synchronize_session=False),
        )
        if moved.rowcount != 1:  # type: ignore[attr-defined]
            raise Conflict(f"{model.__name__.lower()} was changed by somebody else")
        session.refresh(row)

    def move_all(
        self,
        session: Session,
        model: Any,
        sources: Iterable[S],
        to: S,
        *where: Any,
        ids: Iterable[int] | None = None,
        **also: Any,
    ) -> int:
        """Move every row of `model` that is in one of `sources` and matches `where`; how many. For queues.

        Of named rows (`ids`) the state is compared in a way that no index on it serves: SQLite, without statistics,
        rather walks everything that waits in these states than look up a few hundred rows. Raises Conflict when the
        machine has no such move.
        """
        wanted = list(sources)
        if refused := [source for source in wanted if to not in self.moves[source]]:
            raise Conflict(f"{model.__name__.lower()} cannot go from {refused[0]} to {to}")
        session.flush()
        among = [model.state.in_(wanted)]
        if ids is not None:
            among = [model.id.in_(list(ids)), cast(model.state, String).in_([str(each) for each in wanted])]
        moved = session.execute(
            update(model).where(*among, *where).values(state=to, **also).execution_options(synchronize_session=False),
        )
        return int(moved.rowcount)  # type: ignore[attr-defined]
