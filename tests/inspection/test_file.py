"""Picture files: ours in every state, others' as exiftool writes them, generators', and hostile ones. All in the real child."""

import hashlib
import io
import json
import shutil
import struct
import subprocess
import zlib

import c2pa
import pytest
from media_pictures import gif_bomb, leaky_jpeg, photograph, pixel_art, png_bomb, saved
from PIL import Image, PngImagePlugin

from fedi import config
from fedi.errors import BadMedia
from fedi.inspection import file
from fedi.media import containers, credentials, pipeline
from fedi.media.job import Job
from fedi.media.plan import plan_for
from fedi.policy.consent import AXES, PRESETS, Answer
from fedi.policy.layers import c2pa as c2pa_layer
from fedi.policy.layers import xmp as xmp_layer
from fedi.policy.licences import LICENCES
from fedi.policy.terms import Terms

DMI = "http://ns.useplus.org/ldf/vocab/DMI-"
NO = Answer.DENY
needs_exiftool = pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")


@pytest.fixture
def inspect(instance, tmp_path):
    def run(data, name="a.jpg"):
        path = tmp_path / name
        path.write_bytes(data)
        return file.inspect(path)

    return run


def terms(consent):
    return Terms(
        PRESETS[consent], "Mira", "https://a.test/@mira", 2026, LICENCES["cc-by"], "https://a.test/@mira/licence"
    )


def protected(tmp_path, consent, image_format="JPEG"):
    """The bytes of a picture that went through the whole pipeline."""
    settings, said = config.settings(), terms(consent)
    original = tmp_path / "original"
    original.write_bytes(saved(photograph(96, 72) if image_format == "JPEG" else pixel_art(), image_format))
    job = Job(
        workdir=tmp_path / f"work-{consent}",
        original=original,
        plan=plan_for("fast", long_side=2048),
        xmp=xmp_layer.render(said),
        manifest=c2pa_layer.render(said, title="Heron", version="1"),
        credentials=credentials.ensure(tmp_path / "keys", "a.test"),
        max_bytes=settings.media_max_bytes,
        max_pixels=settings.media_max_pixels,
    )
    job.workdir.mkdir()
    for stage in job.plan.stages:
        pipeline.run_stage(job, stage)
    return job.encoded("federated", "sign").read_bytes()


@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
@pytest.mark.parametrize("consent", PRESETS)
def test_our_own_files_say_what_the_artist_said(inspect, tmp_path, consent, image_format):
    found = inspect(protected(tmp_path, consent, image_format))
    assert found.conflicts == []
    wished = {axis: PRESETS[consent].axes[axis] for axis in AXES[:4]}
    asked = {axis: Answer.ASK if answer == Answer.LICENCE else answer for axis, answer in wished.items()}
    assert {axis: found.reading[axis] for axis in AXES[:4]} == asked, "C2PA has one word for ask and licence"
    assert found.provenance["state"] == "Valid"
    assert found.provenance["reason"] == "signingCredential.untrusted"
    assert (found.provenance["title"], found.provenance["issuer"]) == ("Heron", "a.test, fedi")
    assert not any(mark.ai for mark in found.marks)
    said = {each.layer: each.value for each in found.signals}
    assert said["xmp dc:creator"] == "Mira"
    assert said["xmp xmpRights:WebStatement"] == "https://a.test/@mira/licence"


def test_a_changed_file_does_not_hold(inspect, tmp_path):
    data = bytearray(protected(tmp_path, "allowed"))
    data[-40] ^= 1
    found = inspect(bytes(data))
    assert found.provenance["state"] == "Invalid"
    assert found.provenance["reason"] == "assertion.dataHash.mismatch"
    assert "does not hold" in next(each.note for each in found.signals if each.layer.startswith("c2pa"))


def test_a_contradiction_inside_one_file(inspect, tmp_path):
    """Somebody writes other XMP into a signed picture: both are told, and the strictest counts."""
    data = protected(tmp_path, "allowed")
    packet = xmp_layer.render(terms("prohibited"))
    head = data.index(containers.XMP_JPEG) - 4
    length = struct.unpack(">H", data[head + 2 : head + 4])[0]
    found = inspect(containers.with_xmp(data[:head] + data[head + 2 + length :], packet))
    assert [each.axis for each in found.conflicts] == ["train_generative", "train_other", "data_mining"]
    assert {each.strictest for each in found.conflicts} == {NO}
    assert found.reading["inference"] == Answer.ALLOW, "of which XMP does not speak"
    assert found.provenance["state"] == "Invalid"


@needs_exiftool
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF"])
def test_what_exiftool_writes(instance, tmp_path, image_format):
    path = tmp_path / f"x.{image_format.lower()}"
    path.write_bytes(saved(pixel_art() if image_format == "GIF" else photograph(96, 72), image_format))
    plus = tmp_path / "plus.config"  # exiftool 12 reads the field and cannot write it without being told of it
    plus.write_text("%Image::ExifTool::UserDefined = ('Image::ExifTool::PLUS::XMP' => { DataMining => { } });\n1;\n")
    fields = [
        f"-XMP-plus:DataMining={DMI}PROHIBITED-AIMLTRAINING",
        "-XMP-dc:Rights=© Mira",
        "-XMP-xmpRights:WebStatement=https://m.test/terms",
        "-XMP-iptcExt:DigitalSourceType=http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
    ]
    if image_format in {"JPEG", "TIFF"}:
        fields += ["-IPTC:Credit=Mira", "-IPTC:CopyrightNotice=Mira 2026", "-EXIF:Copyright=Mira"]
    subprocess.run(["exiftool", "-config", plus, "-overwrite_original", *fields, path], check=True, capture_output=True)
    found = file.inspect(path)
    said = {each.layer: each.value for each in found.signals}
    assert said["xmp plus:DataMining"] == f"{DMI}PROHIBITED-AIMLTRAINING"
    assert found.reading == {"train_generative": NO, "train_other": NO}
    assert said["xmp dc:rights"] == "© Mira"
    assert said["xmp xmpRights:WebStatement"] == "https://m.test/terms"
    assert [mark.ai for mark in found.marks if mark.layer.startswith("xmp")] == [True]
    if image_format in {"JPEG", "TIFF"}:
        assert (said["iptc Credit"], said["iptc Copyright Notice"]) == ("Mira", "Mira 2026")
        assert said["exif Copyright"] == "Mira"


def test_marks_of_generators_in_png_and_in_exif(inspect):
    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", "a heron\nSteps: 20, Sampler: Euler a, CFG scale: 7")
    info.add_text("workflow", '{"nodes": []}', zip=True)
    info.add_itxt("Software", "NovelAI", zip=True)
    found = inspect(saved(photograph(32, 32), "PNG", pnginfo=info))
    assert [(mark.layer, mark.ai) for mark in found.marks] == [
        ("png parameters", True),
        ("png workflow", True),
        ("png Software", True),
    ]
    for code, coding in ((b"UNICODE\0", "utf-16-be"), (b"UNICODE\0", "utf-16-le"), (b"ASCII\0\0\0", "ascii")):
        exif = Image.Exif()
        exif.get_ifd(0x8769)[0x9286] = code + "a heron\nSteps: 9, Sampler: DDIM, Seed: 3".encode(coding)
        for image_format in ("JPEG", "WEBP"):
            (mark,) = inspect(saved(photograph(32, 32), image_format, exif=exif)).marks
            assert (mark.layer, mark.ai) == ("exif UserComment", True)


def test_a_generators_manifest(inspect, tmp_path):
    """As of a picture that a service made and signed."""
    keys = credentials.ensure(tmp_path / "keys", "ai.test")
    kind = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    actions = {
        "actions": [{"action": "c2pa.created", "digitalSourceType": kind, "softwareAgent": {"name": "GPT-image"}}]
    }
    manifest = {
        "claim_generator_info": [{"name": "ChatGPT", "version": "5"}],
        "assertions": [{"label": "c2pa.actions.v2", "data": actions}],
    }
    info = c2pa.C2paSignerInfo(
        alg=b"es256", sign_cert=keys.chain.read_bytes(), private_key=keys.key.read_bytes(), ta_url=None
    )
    out = io.BytesIO()
    c2pa.Builder(manifest).sign(c2pa.Signer.from_info(info), "image/png", io.BytesIO(saved(pixel_art(), "PNG")), out)
    found = inspect(out.getvalue(), "made.png")
    assert {mark.layer for mark in found.marks if mark.ai} == {"c2pa digitalSourceType", "c2pa claim generator"}
    assert found.provenance["actions"][0]["software"] == "GPT-image"
    assert found.signals == []


def test_a_plain_picture_says_nothing(inspect):
    found = inspect(saved(photograph(32, 32), "JPEG"))
    assert found.to_json() == {
        "subject": "a.jpg", "signals": [], "conflicts": [], "reading": {}, "provenance": {}, "watermark": None, "generator": [],
        "looked": [{"place": "the file", "address": "a.jpg", "outcome": "nothing said"}],
    }  # fmt: skip


@pytest.mark.parametrize(("data", "words"), [
    (b"", "empty"), (b"hello", "no picture"), (b"\x89PNG\r\n\x1a\n" + b"\0" * 30, "no picture"), (b"\xff\xd8\xff\xe0", "damaged"),
    (b"%!PS-Adobe-3.0 EPSF", "no picture"), (b"<svg/>", "no picture"),
])  # fmt: skip
def test_what_is_no_picture_is_refused_in_a_sentence(inspect, data, words):
    with pytest.raises(BadMedia, match=words) as raised:
        inspect(data)
    assert "\n" not in str(raised.value)


def extended(packet, guid=None, step=60_000, length=None, leave=()):
    """Segments of an extended packet; `leave` are the numbers of parts that are missing."""
    guid = guid or hashlib.md5(packet).hexdigest().upper().encode()
    starts = [start for number, start in enumerate(range(0, len(packet), step)) if number not in leave]
    total = len(packet) if length is None else length
    bodies = [guid + struct.pack(">II", total, start) + packet[start : start + step] for start in starts]
    return [(0xE1, containers.XMP_MORE + body) for body in bodies]


def jpeg_of(segments):
    data = saved(photograph(32, 32), "JPEG")
    inside = (b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body for marker, body in segments)
    return data[:2] + b"".join(inside) + data[2:]


LONG = xmp_layer.render(terms("prohibited")) + b" " * 150_000
ALLOWS = (0xE1, containers.XMP_JPEG + xmp_layer.render(terms("allowed")))


@pytest.mark.parametrize("order", [1, -1])
def test_extended_xmp_in_parts(inspect, order):
    found = inspect(jpeg_of([ALLOWS, *extended(LONG)[::order]]))
    assert found.reading["train_generative"] == NO
    assert "train_generative" in {each.axis for each in found.conflicts}, "the main packet says the contrary"
    assert "xmp extended" not in {each.layer for each in found.signals}


@needs_exiftool
def test_extended_xmp_is_what_exiftool_reads(tmp_path):
    """Its reader asks the main packet for the GUID, and ours does not."""
    guid = hashlib.md5(LONG).hexdigest().upper()
    main = ALLOWS[1].replace(
        b"<rdf:Description ", f'<rdf:Description xmlns:n="http://ns.adobe.com/xmp/note/" n:HasExtendedXMP="{guid}" '.encode(), 1
    )  # fmt: skip
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg_of([(0xE1, main), *extended(LONG)]))
    done = subprocess.run(
        ["exiftool", "-a", "-s3", "-XMP-plus:DataMining", path], check=True, capture_output=True, text=True
    )
    assert sorted(done.stdout.split()) == [f"{DMI}ALLOWED", f"{DMI}PROHIBITED-EXCEPTSEARCHENGINEINDEXING"]


@pytest.mark.parametrize("segments", [
    extended(LONG, guid=b"0" * 32), extended(LONG, length=5), extended(LONG, length=0xFFFFFFFF), extended(LONG, leave=[1]),
    [(0xE1, containers.XMP_MORE + b"short")], extended(LONG) + extended(LONG, step=50_000), extended(b"<a>" * 400_000),
    [(0xE1, containers.XMP_MORE + b"\xff" * 32 + struct.pack(">II", 1, n)) for n in range(3000)],
])  # fmt: skip
def test_extended_xmp_that_is_not_whole_is_told_and_never_read(inspect, segments):
    found = inspect(jpeg_of([*segments, (0xE1, containers.XMP_JPEG + xmp_layer.render(terms("allowed")))]))
    assert found.reading["train_generative"] == Answer.ALLOW, "what is whole still counts"
    assert [each.axes for each in found.signals if each.layer == "xmp extended"] == [{}]


def test_of_two_main_packets_the_strictest_counts(inspect):
    refuses = (0xE1, containers.XMP_JPEG + xmp_layer.render(terms("prohibited")))
    for segments in ([refuses, ALLOWS], [ALLOWS, refuses]):
        assert inspect(jpeg_of(segments)).reading["train_generative"] == NO


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with(*chunks):
    data = saved(pixel_art(), "PNG")
    return data[:33] + b"".join(chunks) + data[33:]


def jpeg_with(marker, body):
    data = saved(photograph(32, 32), "JPEG")
    return data[:2] + b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body + data[2:]


ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">&c;</x:xmpmeta>'
)
HOSTILE = {
    "pixels": png_bomb(),
    "frames": gif_bomb(2000, 20),
    "inflating text": png_with(*[chunk(b"zTXt", b"parameters\0\0" + zlib.compress(b"a" * (50 << 20)))] * 4),
    "inflating xmp": png_with(chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"<a>" * (10 << 20)))),
    "entities": jpeg_with(0xE1, containers.XMP_JPEG + ENTITIES),
    "many chunks": png_with(*[chunk(b"tEXt", b"a\0b")] * 50_000),
    "cut chunk": png_with(b"\xff\xff\xff\xfftEXt"),
    "iim": jpeg_with(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0\0\0\xff\xff" + b"\x1c\x02\x50\xff\xff" * 900),
    "exif loop": jpeg_with(0xE1, b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0"),
    "exif size": jpeg_with(0xE1, b"Exif\0\0II*\0\x08\0\0\0\x01\0\x31\x01\x02\0\xff\xff\xff\x7f\x08\0\0\0\0\0\0\0"),
    "jumbf": jpeg_with(0xEB, b"JP\0\x01\0\0\0\x01\xff\xff\xff\xffjumb\0\0\0\x1ejumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9bq\x03c2pa\0"),
    "jumbf deep": jpeg_with(0xEB, b"JP\0\x01\0\0\0\x01" + b"".join(struct.pack(">I", 60_000 - n * 8) + b"jumb" for n in range(7000))),
    "trailing": leaky_jpeg() + b"\0" * 1000,
    "cut": leaky_jpeg()[:500],
    "gif xmp without end": saved(pixel_art(), "GIF") + b"!\xff\x0bXMP DataXMP<a>",
    "avif": saved(photograph(32, 32), "AVIF")[:200],
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_say_nothing_and_break_nothing(inspect, name):
    try:
        found = inspect(HOSTILE[name])
    except BadMedia as error:
        assert "\n" not in str(error)
        return
    json.dumps(found.to_json())
    assert found.reading == {}


def test_the_child_is_stopped_when_it_takes_too_much(inspect, monkeypatch):
    """A limit that a plain picture is over: the answer is a sentence, and no process is left."""
    monkeypatch.setattr("fedi.inspection.reading.SECONDS", 0.01)
    with pytest.raises(BadMedia, match="took more than"):
        inspect(saved(photograph(32, 32), "JPEG"))
