"""What is left of our terms in the file when others have handled it: real files, and independent readers.

The table stands in docs/terms.md and is held to what is found here: `UPDATE=1 pytest tests/media/test_survival.py` writes it
anew. Handlings of others are simulated: Mastodon by what 4.6.5 was seen to do, GoToSocial by its source (exif-terminator).
"""

import io
import json
import os
import shutil
import struct
import subprocess
from pathlib import Path

import c2pa as c2pa_library
import pytest
from media_pictures import leaky_exif, leaky_jpeg, leaky_png, photograph, saved
from PIL import Image

from fedi.media import containers, preview
from fedi.policy.layers import c2pa, xmp
from tests.media.conftest import TERMS

pytestmark = pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
PAGE = Path(__file__).parents[2] / "docs" / "terms.md"
HEAD = "| file | what happened to it | XMP | C2PA |\n| --- | --- | --- | --- |\n"
MASTODON_PIXELS, MASTODON_PREVIEW = 8_294_400, 230_400
MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "AVIF": "image/avif"}


def opened(data):
    return Image.open(io.BytesIO(data))


# --- what others do ---------------------------------------------------------------------------------------------------


def unchanged(data):
    return data


def encoded(data, pixels):
    """Smaller where it must be, and written anew with the colour profile alone; AVIF becomes JPEG."""
    image = opened(data)
    kind = image.format if image.format in {"JPEG", "PNG", "WEBP"} else "JPEG"
    factor = min(1, (pixels / (image.width * image.height)) ** 0.5)
    made = image.resize((int(image.width * factor), int(image.height * factor)))
    return saved(made if kind != "JPEG" else made.convert("RGB"), kind, icc_profile=image.info.get("icc_profile"))


def mastodon_remote(data):
    image = opened(data)
    kept = image.format in {"JPEG", "PNG", "WEBP"} and image.width * image.height <= MASTODON_PIXELS
    return data if kept else encoded(data, MASTODON_PIXELS)


def mastodon_preview(data):
    return encoded(data, MASTODON_PREVIEW)


def mastodon_upload(data):
    return encoded(data, MASTODON_PIXELS)


def gotosocial(data):
    """Exif is overwritten where it stands; in WebP XMP too. None: what it does with AVIF was not looked at."""
    kind, blanked = opened(data).format, bytearray(data)
    if kind == "AVIF":
        return None
    for start, length, what in {"JPEG": jpeg_parts, "PNG": png_parts, "WEBP": webp_parts}[kind](data):
        if what in {b"Exif", b"eXIf", b"EXIF", b"XMP "}:
            blanked[start : start + length] = bytes(length)
    return bytes(blanked)


def jpeg_parts(data):
    """(start, length, kind) of what stands in each segment before the pixels."""
    position = 2
    while data[position + 1] != 0xDA:
        length = struct.unpack(">H", data[position + 2 : position + 4])[0]
        if data[position + 1] == 0xE1 and data[position + 4 : position + 8] == b"Exif":
            yield position + 10, length - 8, b"Exif"
        position += 2 + length


def png_parts(data):
    position = 8
    while position < len(data):
        length, kind = struct.unpack(">I4s", data[position : position + 8])
        yield position + 8, length, kind
        position += 12 + length


def webp_parts(data):
    position = 12
    while position < len(data):
        kind, length = struct.unpack("<4sI", data[position : position + 8])
        yield position + 8, length, kind
        position += 8 + length + (length & 1)


def fedi(size):
    """How another fedi shows it, under the same terms, which it heard with the post or read in the file."""

    def shown(data, folder):
        source, small, large = (folder / name for name in ("source", "small", "large"))
        source.write_bytes(data)
        preview.make(source, small, large, long_side=2048, xmp=xmp.render(TERMS))
        return (small if size == "small" else large).read_bytes()

    return shown


HANDLINGS = {
    "downloaded by a server": unchanged,
    "Mastodon, from elsewhere": mastodon_remote,
    "Mastodon, its small one": mastodon_preview,
    "Mastodon, posted there by its own people": mastodon_upload,
    "GoToSocial": gotosocial,
    "another fedi, large": fedi("large"),
    "another fedi, small": fedi("small"),
}

# --- what is sent -----------------------------------------------------------------------------------------------------


@pytest.fixture
def files(protected, signer, tmp_path):
    """{words: bytes}: what the pipeline makes, and beside it what it does not make, and why."""
    made = {}
    for name, data, rendition, options in (
        ("our JPEG", leaky_jpeg(), "federated", {}),
        ("our PNG", leaky_png(), "federated", {}),
        ("our small one", saved(photograph(1600, 1200), "JPEG"), "preview", {}),
        ("our largest JPEG", saved(photograph(3400, 2600), "JPEG"), "federated", {"long_side": 3400}),
    ):
        shutil.rmtree(tmp_path / "work", ignore_errors=True)
        job, _, _ = protected(data, **options)
        made[name] = job.encoded(rendition, "sign").read_bytes()
    image, packet = photograph(600, 400), xmp.render(TERMS)
    made["JPEG of over 8,294,400 pixels (not ours)"] = signed(
        containers.with_xmp(saved(photograph(3400, 2600), "JPEG"), packet), "JPEG", signer
    )
    with_exif = containers.with_xmp(saved(image, "JPEG", exif=leaky_exif()), packet)
    made["JPEG with Exif (not ours)"] = signed(with_exif, "JPEG", signer)
    made["WebP (not ours)"] = signed(saved(image, "WEBP", xmp=packet, exif=leaky_exif()), "WEBP", signer)
    made["AVIF (not ours)"] = signed(saved(image, "AVIF", xmp=packet), "AVIF", signer)
    return made


def signed(data, kind, signer):
    info = c2pa_library.C2paSignerInfo(
        alg=b"es256", sign_cert=signer.chain.read_bytes(), private_key=signer.key.read_bytes(), ta_url=None
    )
    settings = c2pa_library.Settings.from_json('{"builder":{"thumbnail":{"enabled":false}}}')
    builder = c2pa_library.Builder(c2pa.render(TERMS), c2pa_library.Context(settings))
    target = io.BytesIO()
    builder.sign(c2pa_library.Signer.from_info(info), MIMES[kind], io.BytesIO(data), target)
    return target.getvalue()


# --- what is read -----------------------------------------------------------------------------------------------------


def packet_in(data, path):
    """Of the XMP: `kept` with the same words, or `gone`."""
    path.write_bytes(data)
    done = subprocess.run(["exiftool", "-j", "-G1", "-XMP:all", path], capture_output=True, text=True, check=False)
    (said,) = json.loads(done.stdout)
    found = {
        name: said.get(name)
        for name in ("XMP-plus:DataMining", "XMP-tdm:Reservation", "XMP-dc:Creator", "XMP-dc:Rights")
    }
    if not any(found.values()):
        return "gone"
    assert found["XMP-plus:DataMining"].endswith("DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING")
    assert found["XMP-dc:Creator"] == "Mira Okafor"
    assert found["XMP-dc:Rights"] == TERMS.rights
    return "kept"


def manifest_in(data):
    """Of the manifest: `kept` as it was signed, `broken` (there, and does not hold), or `gone`."""
    try:
        reader = c2pa_library.Reader(MIMES[opened(data).format], io.BytesIO(data))
    except c2pa_library.C2paError.ManifestNotFound:
        return "gone"
    said = json.loads(reader.json())
    active = said["manifests"][said["active_manifest"]]
    (entries,) = (each["data"]["entries"] for each in active["assertions"] if "training-mining" in each["label"])
    assert {each["use"] for each in entries.values()} == {"notAllowed"}
    return "kept" if reader.get_validation_state() in {"Valid", "Trusted"} else "broken"


def test_what_is_left(files, tmp_path):
    found = {}
    for name, data in files.items():
        assert (opened(data).width * opened(data).height > MASTODON_PIXELS) == ("over" in name), name
        for handling, do in HANDLINGS.items():
            done = do(data, tmp_path) if handling.startswith("another") else do(data)
            if done is not None:
                found.setdefault(name, {})[handling] = packet_in(done, tmp_path / "done"), manifest_in(done)
    for name in ("our JPEG", "our PNG", "our largest JPEG", "our small one"):
        for handling in ("downloaded by a server", "Mastodon, from elsewhere", "GoToSocial"):
            assert found[name][handling] == ("kept", "kept")
    assert all(each["another fedi, small"][0] == "kept" for each in found.values()), (
        "we weaken nothing that we show again"
    )
    made = HEAD + "".join(table(found))
    text = PAGE.read_text(encoding="utf-8")
    if os.environ.get("UPDATE"):
        before, _, rest = text.partition(HEAD)
        PAGE.write_text(before + made + rest[rest.index("\n\n") + 1 :], encoding="utf-8")
    assert made in PAGE.read_text(encoding="utf-8"), made


def table(found):
    """A row for each file and outcome."""
    for name, outcomes in found.items():
        for outcome in dict.fromkeys(outcomes.values()):
            whats = "; ".join(handling for handling, each in outcomes.items() if each == outcome)
            yield f"| {name} | {whats} | {outcome[0]} | {outcome[1]} |\n"
