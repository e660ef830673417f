"""Between rows and the pure pipeline: the job that a media row asks for, and what its stages made of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from fedi import __version__, config, files, urls
from fedi.errors import OurFault
from fedi.media import credentials, report
from fedi.media.job import Job
from fedi.media.pipeline import StageResult
from fedi.models.actor import Actor
from fedi.models.media import Media, MediaPurpose, Rendition, RenditionKind, StageRun, StageState
from fedi.models.post import Post
from fedi.policy import disclosure, signals
from fedi.policy.layers import c2pa, xmp
from fedi.policy.terms import Terms
from fedi.services import accounts, consents, media


@dataclass(frozen=True)
class Order:
    """A job, and the terms that are written into its files."""

    job: Job
    terms: Terms


def order(session: Session, row: Media) -> Order:
    """The terms that hold now are the order's to its end; when they change meanwhile, a new run is made."""
    settings = config.settings()
    post = session.get(Post, row.post_id) if row.post_id else None
    terms = consents.of_media(session, row, post)
    title = post.title if post else ""
    with files.workdir(media.work_folder(row)) as workdir:
        job = Job(
            workdir=workdir,
            original=files.locate("vault", row.vault_key),
            plan=media.plan_of(row),
            xmp=xmp.render(terms, title=title, description=row.alt),
            manifest=c2pa.render(terms, title=title, version=__version__),
            credentials=credentials.ensure(files.folder("keys"), settings.domain),
            max_bytes=settings.media_max_bytes,
            max_pixels=settings.media_max_pixels,
        )
    return Order(job, terms)


def renditions(row: Media, made: Order, runs: list[StageRun]) -> list[tuple[Rendition, Path]]:
    """The rows and the verified files of this run, not yet in place."""
    verified = _detail(runs, "verify")
    consent = made.terms.consent
    found = []
    for kind in RenditionKind:
        said = verified[kind.value]
        suffix = Path(said["file"]).suffix
        rendition = Rendition(
            media_id=row.id,
            version=row.version,
            kind=kind,
            consent=consent.text,
            licence=made.terms.licence.text,
            source=disclosure.source(made.terms.ai),
            key=media.rendition_key(row, kind, consent.state, suffix),
            mime=said["mime"],
            width=said["width"],
            height=said["height"],
            size=said["bytes"],
            sha256=said["sha256"],
        )
        found.append((rendition, made.job.workdir / said["file"]))
    return found


def summary(made: Order, runs: list[StageRun]) -> dict[str, Any]:
    """What the media row keeps: blurhash and the protection report."""
    results = [StageResult(run.stage, run.seconds or 0.0, run.cpu_seconds or 0.0, run.detail or {}) for run in runs]
    return {
        "blurhash": _detail(runs, "normalise")["blurhash"],
        "report": report.make(made.job, results, consent=made.terms.consent.text, terms=said_inside(made.terms)),
    }


def said_inside(terms: Terms) -> dict[str, str]:
    """{layer: value} of what is written into a file."""
    entries = c2pa.entries(terms)
    return {
        "xmp plus:DataMining": signals.data_mining(terms.consent),
        "xmp tdm:reservation": "1" if terms.consent.reserves else "0",
        "xmp xmpRights:WebStatement": terms.licence_url,
        "xmp dc:rights": terms.rights,
        "xmp Iptc4xmpExt:DigitalSourceType": disclosure.source(terms.ai),
        "c2pa cawg.training-mining": ", ".join(
            f"{name.removeprefix('cawg.')}={use['use']}" for name, use in entries.items()
        ),
    }


def show_on_profile(session: Session, row: Media) -> None:
    """A protected avatar or header takes its place, and the followers are told."""
    shown = row.rendition(RenditionKind.FEDERATED)
    if shown is None:
        raise OurFault("a picture that is not protected is shown nowhere")
    actor = session.get_one(Actor, row.actor_id)
    account = accounts.of_actor(session, actor)
    if account is None:
        return
    name = "icon" if row.purpose == MediaPurpose.AVATAR else "image"
    accounts.update_profile(session, account, **{f"{name}_url": urls.media(shown.key), f"{name}_alt": row.alt})


def _detail(runs: list[StageRun], stage: str) -> dict[str, Any]:
    for run in runs:
        if run.stage == stage and run.state == StageState.DONE and run.detail is not None:
            return run.detail
    raise OurFault(f"the stage {stage} is not done")
