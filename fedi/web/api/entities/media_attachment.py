"""The MediaAttachment entity, of our media and of remote ones; under `fedi` what only we know."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from fedi import urls
from fedi.models.media import Media, MediaState, RemoteMedia, Rendition, RenditionKind, StageRun
from fedi.policy.layers import activitystreams, client_api
from fedi.policy.terms import Terms
from fedi.services import cached_files, consents, media, media_tokens
from fedi.web.api.entities.plain import untagged, web_address

_KINDS = {"image": "image", "video": "video", "audio": "audio"}


def render(
    row: Media,
    *,
    terms: Terms,
    owner: bool = False,
    stages: Sequence[StageRun] = (),
    token: str = "",
    brief: bool = False,
) -> dict[str, Any]:
    """Of ours: without an address until it is protected. The `owner` also reads the state, stages and report.

    `token` opens a picture that is not for everybody; `brief` gives the large one an address that ends soon.
    """
    federated, preview = row.rendition(RenditionKind.FEDERATED), row.rendition(RenditionKind.PREVIEW)
    served = row.current_version is not None and row.state != MediaState.WITHDRAWN and federated is not None
    meta: dict[str, Any] = {}
    if served and federated is not None:
        meta["original"] = _size(federated.width, federated.height)
        small = preview or federated
        meta["small"] = _size(small.width, small.height)
    meta["focus"] = {"x": row.focus_x, "y": row.focus_y}
    body: dict[str, Any] = {
        "id": str(row.id),
        "type": "image",
        "url": _address(federated, token, brief=brief) if served else None,
        "preview_url": _address(preview or federated, token, brief=brief and preview is None) if served else None,
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": meta,
        "description": row.alt or None,
        "blurhash": row.blurhash if served else None,
        "fedi": {"state": row.state.value, "terms": None, **client_api.render(terms, brief=True)},
    }
    if owner:
        body["fedi"] |= {"own_consent": row.consent, "preset": row.preset, "reason": row.reason, "report": row.report}
        body["fedi"]["stages"] = _stages(stages)
    return body


def own(session: Session, row: Media) -> dict[str, Any]:
    """One picture by itself, for its owner."""
    terms = consents.of_media(session, row)
    session.refresh(row, ["renditions"])
    return render(row, terms=terms, owner=True, stages=media.stages(session, row))


def render_remote(row: RemoteMedia) -> dict[str, Any]:
    said = activitystreams.read(row.terms) if row.terms else None
    kind = _KINDS.get(row.mime.partition("/")[0], "unknown") if row.mime else "image"
    url = preview = web_address(row.url)
    if kind == "image":
        url = cached_files.address(row.url, "large") or url
        preview = cached_files.address(row.url, "small") or url
    meta: dict[str, Any] = {"focus": {"x": row.focus_x, "y": row.focus_y}}
    if row.width and row.height:
        meta["original"] = meta["small"] = _size(row.width, row.height)
    return {
        "id": str(row.id),
        "type": kind,
        "url": url,
        "preview_url": preview,
        "remote_url": web_address(row.url),
        "preview_remote_url": None,
        "text_url": None,
        "meta": meta,
        "description": untagged(row.alt) or None,
        "blurhash": row.blurhash,
        "fedi": {"consent": said.text if said else None, "state": "remote", "terms": row.terms},
    }


def _address(rendition: Rendition | None, token: str, *, brief: bool) -> str | None:
    if rendition is None:
        return None
    return urls.media(media_tokens.brief(rendition) if brief and not token else rendition.key, token)


def _size(width: int, height: int) -> dict[str, Any]:
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": width / height}


def _stages(runs: Sequence[StageRun]) -> list[dict[str, Any]]:
    return [
        {
            "name": run.stage,
            "state": run.state.value,
            "seconds": run.seconds,
            "cpu_seconds": run.cpu_seconds,
            "error": run.error,
        }
        for run in runs
    ]
