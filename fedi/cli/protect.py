"""`fedi protect`: the protection pipeline on local files, without an instance (its keys live in the data folder)."""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from fedi import __version__, clock, config, files
from fedi.errors import BadMedia
from fedi.media import credentials, formats, pipeline, report
from fedi.media.job import Job
from fedi.media.pipeline import StageResult
from fedi.media.plan import PRESETS, STAGES, plan_for
from fedi.policy.consent import Consent
from fedi.policy.layers import c2pa, xmp
from fedi.policy.licences import LICENCES
from fedi.policy.terms import Terms
from fedi.services.media_jobs import said_inside


@click.command()
@click.argument("images", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="the folder")
@click.option("--preset", type=click.Choice(PRESETS))
@click.option("--consent", help="prohibited, generative-prohibited, ask, licensed, allowed, or single axes")
@click.option("--creator", default="", help="the name written as creator and credit")
@click.option("--report", "with_report", is_flag=True, help="write NAME.report.json and NAME.report.html too")
def protect(
    images: tuple[Path, ...],
    output: Path,
    preset: str | None,
    consent: str | None,
    creator: str,
    *,
    with_report: bool,
) -> None:
    """Scrub, write the terms into, sign and verify pictures; each goes to FOLDER/NAME.EXT."""
    settings = config.settings()
    terms = Terms(
        consent=Consent.parse(consent or settings.consent_default),
        holder_name=creator or settings.instance_name,
        holder_url=settings.origin,
        year=clock.now().year,
        licence=LICENCES["all-rights-reserved"],
        licence_url=f"{settings.origin}/terms",
    )
    _refuse_same_names(images)
    output.mkdir(parents=True, exist_ok=True)
    failures = 0
    with _progress() as progress:
        task = progress.add_task("", total=len(images) * len(STAGES))
        for image in images:
            try:
                target = _protect(image, output, preset or settings.protect_preset, terms, progress, task, with_report)
                _say(progress, f"{image} -> {target}")
            except (BadMedia, OSError) as error:
                failures += 1
                click.echo(f"fedi: {image}: {_reason(error)}", err=True)
    sys.exit(1 if failures else 0)


def _refuse_same_names(images: tuple[Path, ...]) -> None:
    seen: dict[str, Path] = {}
    for image in images:
        other = seen.setdefault(image.stem, image)
        if other is not image:
            raise click.UsageError(f"{other} and {image} would be written to the same name: protect them one by one")


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:>12}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _say(progress: Progress, line: str) -> None:
    if progress.disable:
        click.echo(line)
    else:
        progress.console.print(line, highlight=False, soft_wrap=True)


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _protect(  # noqa: PLR0917
    image: Path,
    output: Path,
    preset: str,
    terms: Terms,
    progress: Progress,
    task: object,
    with_report: bool,
) -> Path:
    settings = config.settings()
    with tempfile.TemporaryDirectory(dir=files.folder("tmp")) as folder:
        job = Job(
            workdir=Path(folder),
            original=image,
            plan=plan_for(preset, long_side=settings.media_long_side),
            xmp=xmp.render(terms),
            manifest=c2pa.render(terms, title=image.stem, version=__version__),
            credentials=credentials.ensure(files.folder("keys"), settings.domain),
            max_bytes=settings.media_max_bytes,
            max_pixels=settings.media_max_pixels,
        )
        formats.read_header(image, max_bytes=job.max_bytes, max_pixels=job.max_pixels)
        results = []
        for stage in job.plan.stages:
            progress.update(task, description=stage)  # type: ignore[arg-type]
            results.append(pipeline.run_stage(job, stage))
            progress.advance(task)  # type: ignore[arg-type]
        made = job.encoded("federated", "sign")
        target = output / f"{image.stem}{made.suffix}"
        if target.exists() and target.samefile(image):
            raise BadMedia("the folder is the picture's own: it would be overwritten, choose another with -o")
        draft = output / f".{target.name}.draft"
        shutil.copyfile(made, draft)
        draft.replace(target)
        if with_report:
            _write_report(job, results, terms, output, image)
        return target


def _write_report(job: Job, results: list[StageResult], terms: Terms, output: Path, image: Path) -> None:
    made = report.make(job, results, consent=terms.consent.text, terms=said_inside(terms))
    (output / f"{image.stem}.report.json").write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n")
    (output / f"{image.stem}.report.html").write_text(report.page(made, title=image.name))
