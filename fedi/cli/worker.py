"""`fedi worker`: a worker alone, for more machines."""

import click

from fedi.cli.opening import open_instance


@click.command()
@click.option("--queues", default="io,media", show_default=True, help="which queues it takes from")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(2, 64))
@click.option("--embedded", type=int, hidden=True, help="the process id of the `fedi serve` it ends with")
def worker(queues: str, threads: int, embedded: int | None) -> None:
    """Do the work that waits: protect, deliver, receive."""
    open_instance(migrate=False)
    from fedi import worker as composition  # noqa: PLC0415 - Celery's worker is loaded only where it runs

    composition.run(queues=queues.split(","), threads=threads, embedded=embedded)
