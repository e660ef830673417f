"""What made a picture: the marks that generators leave, the names of programs, and IPTC's digital source types."""

import re

from fedi.policy.reading.signal import Found

# https://cv.iptc.org/newscodes/digitalsourcetype/
GENERATIVE = {"trainedalgorithmicmedia", "compositewithtrainedalgorithmicmedia"}
# Text chunks of PNG that only these programs write; `prompt` and `workflow` of ComfyUI are JSON.
_CHUNKS = {
    "invokeai_metadata": "InvokeAI",
    "invokeai_graph": "InvokeAI",
    "sd-metadata": "InvokeAI",
    "dream": "InvokeAI",
    "fooocus_scheme": "Fooocus",
    "generation_data": "a service that runs Stable Diffusion",
}
_SOFTWARE = {"software", "creator", "creatortool", "source"}
_NAMES = re.compile(
    r"\b(?:midjourney|dall[-·\s]?e|openai|chatgpt|gpt-image|stable ?diffusion|sdxl|novelai|comfyui|invokeai"
    r"|automatic1111|fooocus|swarmui|adobe firefly|imagen|gemini|made with google ai|ideogram|leonardo\.ai"
    r"|bing image creator|microsoft designer|imagined with ai|black forest labs|flux\.1|seedream|grok|krea|recraft)\b",
    re.IGNORECASE,
)
# The line that the web UI and its kin write: `Steps: 20, Sampler: Euler a, CFG scale: 7, ...`
_SETTINGS = re.compile(r"\bSteps: \d{1,4}, Sampler: |\"sui_image_params\"|\bJob ID: [0-9a-f]{8}-")


def source_type(found: Found, layer: str, value: str, source: str) -> None:
    """A digital source type, by its address or its name."""
    name = value.strip().rstrip("/").rpartition("/")[2].rpartition(":")[2].lower()
    found.mark(layer, value, source, ai=name.removesuffix("digitalsource") in GENERATIVE)  # schema.org's ending


def software(found: Found, layer: str, value: str, source: str) -> None:
    """The name of a program: kept in any case, a mark of AI where it is one of those that we know."""
    found.mark(layer, value, source, ai=names_one(value))


def names_one(value: str) -> bool:
    """Whether a line names a generator that we know."""
    return bool(_NAMES.search(value[:1000]))


def text(found: Found, layer: str, value: str, source: str) -> None:
    """A comment or description: kept only where it holds the settings of a generator."""
    if _SETTINGS.search(value[:20_000]):
        found.mark(layer, value, source, ai=True)


def chunk(found: Found, name: str, value: str, source: str) -> None:
    """A text chunk of a PNG."""
    key = name.strip().lower()
    if key in {"prompt", "workflow"} and value.lstrip().startswith("{"):
        found.mark(f"png {name}", f"ComfyUI: {value}", source, ai=True)
    elif key in _CHUNKS:
        found.mark(f"png {name}", f"{_CHUNKS[key]}: {value}", source, ai=True)
    elif key in _SOFTWARE:
        software(found, f"png {name}", value, source)
    else:
        text(found, f"png {name}", value, source)
