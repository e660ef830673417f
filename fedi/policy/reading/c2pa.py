"""C2PA: the provenance statement of a file, its training assertion (CAWG 1.1, or of C2PA 1.x), and who made it."""

from collections.abc import Iterator, Mapping
from typing import Any

from fedi.policy.consent import Answer
from fedi.policy.reading import generators, parsing
from fedi.policy.reading.signal import Found, clean

LABELS = ("cawg.training-mining", "c2pa.training-mining")
AXES = {
    "ai_generative_training": "train_generative",
    "ai_training": "train_other",
    "ai_inference": "inference",
    "data_mining": "data_mining",
}
MAX_MANIFESTS, MAX_ACTIONS = 50, 50


def read(store: Any, source: str) -> Found:
    """`store` is the manifest store as c2pa-rs writes it; older manifests inside tell of generators too."""
    found = Found()
    manifests = store.get("manifests") if isinstance(store, Mapping) else None
    if not isinstance(manifests, Mapping):
        return found
    named = store.get("active_manifest")
    active = manifests.get(named) if isinstance(named, str) else None
    active = active if isinstance(active, Mapping) else {}
    state = clean(store.get("validation_state")) or "Invalid"
    note = "" if state in {"Valid", "Trusted"} else "the signature does not hold: anybody can have written this"
    for label, data in _assertions(active):
        if label in LABELS:
            value, axes = training(data)
            found.say(f"c2pa {label}", value, source, axes, note=note)
    for manifest in list(manifests.values())[:MAX_MANIFESTS]:
        if isinstance(manifest, Mapping):
            _made_by(found, manifest, source)
    found.provenance = {
        "state": state,
        "reason": _reason(store),
        "title": clean(active.get("title")),
        "generator": ", ".join(_generators(active)),
        "issuer": _issuer(active),
        "signed_at": clean(_signature(active).get("time")),
        "actions": [_action(each) for each in _actions(active)],
        "ingredients": [
            clean(each.get("title")) for each in parsing.values(active.get("ingredients")) if isinstance(each, Mapping)
        ],
        "source": source,
    }
    return found


def training(data: Any) -> tuple[str, dict[str, Answer]]:
    """(as one line, axes). `constrained` with a word on how is "ask"; without one, or with an unknown use, it is no."""
    entries = data.get("entries") if isinstance(data, Mapping) else None
    said, axes = [], {}
    for name, entry in list(entries.items())[:50] if isinstance(entries, Mapping) else []:
        short = str(name).removeprefix("cawg.").removeprefix("c2pa.")
        use = entry.get("use") if isinstance(entry, Mapping) else entry
        said.append(f"{short}={use}")
        if short in AXES:
            info = isinstance(entry, Mapping) and (entry.get("constraint_info") or entry.get("constraints_info"))
            asks = use == "constrained" and bool(info)
            axes[AXES[short]] = Answer.ALLOW if use == "allowed" else Answer.ASK if asks else Answer.DENY
    return ", ".join(said), axes


def _made_by(found: Found, manifest: Mapping[str, Any], source: str) -> None:
    for action in _actions(manifest):
        kind = action.get("digitalSourceType")
        if isinstance(kind, str):
            generators.source_type(found, "c2pa digitalSourceType", kind, source)
    for name in _generators(manifest):
        generators.software(found, "c2pa claim generator", name, source)


def _assertions(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for each in parsing.values(manifest.get("assertions"), 200):
        if isinstance(each, Mapping) and isinstance(each.get("label"), str):
            yield each["label"].partition("__")[0], each.get("data")


def _actions(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    every = [
        action
        for label, data in _assertions(manifest)
        if label.startswith("c2pa.actions") and isinstance(data, Mapping)
        for action in parsing.values(data.get("actions"), MAX_ACTIONS)
        if isinstance(action, Mapping)
    ]
    return every[:MAX_ACTIONS]


def _action(action: Mapping[str, Any]) -> dict[str, str]:
    agent = action.get("softwareAgent")
    agent = agent.get("name") if isinstance(agent, Mapping) else agent
    said = {
        "action": clean(action.get("action")),
        "digital_source_type": clean(action.get("digitalSourceType")),
        "software": clean(agent),
    }
    return {name: value for name, value in said.items() if value}


def _generators(manifest: Mapping[str, Any]) -> list[str]:
    """Names and versions of the programs that made the claim; a plain string in older manifests."""
    names = [
        f"{each['name']} {each.get('version') or ''}".strip()
        for each in parsing.values(manifest.get("claim_generator_info"), 10)
        if isinstance(each, Mapping) and isinstance(each.get("name"), str)
    ]
    plain = manifest.get("claim_generator")
    return [clean(each) for each in names or ([plain] if isinstance(plain, str) else [])]


def _signature(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    info = manifest.get("signature_info")
    return info if isinstance(info, Mapping) else {}


def _issuer(manifest: Mapping[str, Any]) -> str:
    info = _signature(manifest)
    return ", ".join(clean(info[name]) for name in ("common_name", "issuer") if isinstance(info.get(name), str))


def _reason(store: Mapping[str, Any]) -> str:
    """The first thing that was found wrong: something worse than an issuer nobody knows, if there is."""
    codes = [
        each["code"]
        for each in parsing.values(store.get("validation_status"))
        if isinstance(each, Mapping) and isinstance(each.get("code"), str)
    ]
    return clean(next((code for code in codes if code != "signingCredential.untrusted"), codes[0] if codes else ""))
