"""The pipeline on real files: nothing leaks, everything claimed is inside, by tools that are not ours."""

import io
import json
import shutil
import subprocess

import c2pa
import numpy as np
import pytest
from media_pictures import (
    SECRETS,
    animation,
    leaky_avif,
    leaky_jpeg,
    leaky_png,
    leaky_tiff,
    leaky_webp,
    photograph,
    pixel_art,
    quarters,
    saved,
    swapped_profile_png,
)
from PIL import Image

from fedi.errors import BadMedia, Unreachable
from fedi.media import pipeline
from fedi.media.child import MediaChild
from fedi.media.job import Job

exiftool = pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")


@pytest.mark.parametrize(
    "make",
    [leaky_jpeg, leaky_png, leaky_webp, leaky_avif, leaky_tiff],
    ids=lambda make: make.__name__,
)
def test_nothing_of_the_upload_but_its_pixels_survives(protected, make):
    data = make()
    assert any(secret in data for secret in SECRETS)
    job, _, _ = protected(data)
    for rendition in ("federated", "preview"):
        final = job.encoded(rendition, "sign").read_bytes()
        assert not [secret for secret in SECRETS if secret in final]
        image = Image.open(io.BytesIO(final))
        assert not image.getexif()
        assert "comment" not in image.info


@exiftool
@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
def test_exiftool_reads_the_terms(protected, image_format):
    image = photograph() if image_format == "JPEG" else pixel_art()
    _, path, _ = protected(saved(image, "PNG"))
    said = json.loads(subprocess.check_output(["exiftool", "-json", "-G1", "-a", path]))[0]
    assert path.suffix == (".jpg" if image_format == "JPEG" else ".png")
    assert said["XMP-plus:DataMining"].endswith("DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING")
    assert said["XMP-dc:Creator"] == "Mira Okafor"
    assert said["XMP-photoshop:Credit"] == "Mira Okafor"
    assert said["XMP-xmpRights:WebStatement"] == "https://art.test/@mira/licence"
    assert said["XMP-dc:Title"] == "Heron study"
    assert not [name for name in said if "GPS" in name or name.startswith(("IFD0", "ExifIFD", "IPTC"))]


def test_c2pa_reader_says_valid_and_what_machines_may_do(protected):
    _, path, _ = protected(saved(photograph(), "JPEG"))
    reader = c2pa.Reader("image/jpeg", io.BytesIO(path.read_bytes()))
    assert reader.get_validation_state() == "Valid"
    manifest = json.loads(reader.json())
    active = manifest["manifests"][manifest["active_manifest"]]
    training = next(each["data"] for each in active["assertions"] if each["label"] == "cawg.training-mining")
    assert {each["use"] for each in training["entries"].values()} == {"notAllowed"}
    assert "thumbnail" not in active


def test_a_changed_byte_is_seen(protected):
    _, path, _ = protected(saved(photograph(), "JPEG"))
    data = bytearray(path.read_bytes())
    data[-200] ^= 1
    reader = c2pa.Reader("image/jpeg", io.BytesIO(bytes(data)))
    assert reader.get_validation_state() == "Invalid"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_ends_upright(protected, orientation):
    """The camera turned the picture; what is shown has red in the upper left for 1, and as a viewer shows it else."""
    _, path, _ = protected(leaky_jpeg(orientation))
    from PIL import ImageOps

    wanted = ImageOps.exif_transpose(Image.open(io.BytesIO(leaky_jpeg(orientation))))
    shown = Image.open(path).convert("RGB")
    assert shown.size == wanted.size
    difference = np.abs(np.asarray(shown, dtype=int) - np.asarray(wanted.convert("RGB"), dtype=int))
    assert difference.mean() < 6


def test_a_colour_profile_is_honoured(protected):
    _, path, details = protected(swapped_profile_png())
    assert details["scrub"]["colour_profile"] == "converted to sRGB"
    red, green, _ = Image.open(path).convert("RGB").getpixel((5, 5))
    assert red < 80 < 160 < green


@pytest.mark.parametrize("mode", ["CMYK", "L", "LA", "RGBA", "P", "1", "I;16"])
def test_every_mode(protected, mode):
    if mode == "I;16":
        image = Image.fromarray(np.asarray(photograph().convert("L")).astype(np.uint16) * 257)
    else:
        image = photograph().convert(mode)
    data = saved(image, "TIFF" if mode == "CMYK" else "PNG")
    _, path, _ = protected(data)
    shown = np.asarray(Image.open(path).convert("RGB"), dtype=int)
    wanted = np.asarray(photograph().convert("L" if mode in {"I;16", "L", "LA"} else "RGB").convert("RGB"), dtype=int)
    if mode not in {"1", "P"}:
        assert np.abs(shown - wanted).mean() < 8


def test_pixel_art_stays_as_it_is(protected):
    art = pixel_art(300, 200)
    _, path, details = protected(saved(art, "PNG"))
    shown = Image.open(path)
    assert (shown.format, shown.mode) == ("PNG", "P")
    assert np.array_equal(np.asarray(shown.convert("RGB")), np.asarray(art))
    assert details["normalise"]["crisp"]


def test_transparency_is_kept(protected):
    image = photograph().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    _, path, _ = protected(saved(image, "PNG"))
    shown = Image.open(path)
    assert shown.mode == "RGBA"
    assert np.array_equal(np.asarray(shown.getchannel("A")), np.asarray(image.getchannel("A")))


@pytest.mark.parametrize("image_format", ["GIF", "PNG", "WEBP"])
def test_an_animation_goes_out_as_animated_png_frame_for_frame(protected, image_format):
    _, path, _ = protected(animation(image_format))
    shown, wanted = Image.open(path), Image.open(io.BytesIO(animation(image_format)))
    assert (shown.format, shown.n_frames) == ("PNG", wanted.n_frames)
    for index in range(wanted.n_frames):
        shown.seek(index)
        wanted.seek(index)
        if image_format != "WEBP":  # lossy on the way in
            assert np.array_equal(np.asarray(shown.convert("RGB")), np.asarray(wanted.convert("RGB")))
        assert shown.info["duration"] == (80, 120, 160, 200)[index]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "wanted"),
    [((3000, 2000), (2048, 1365)), ((640, 480), (640, 480)), ((900, 9000), (900, 9000)), ((1600, 9000), (1024, 5760))],
)
def test_sizes(protected, size, wanted):
    _, path, details = protected(saved(photograph(*size), "JPEG"))
    assert Image.open(path).size == wanted
    preview = details["verify"]["preview"]
    assert preview["width"] * preview["height"] <= 230_400


@pytest.mark.slow
def test_a_larger_side_can_be_set(protected):
    _, path, _ = protected(saved(photograph(4000, 3000), "JPEG"), long_side=4096)
    width, height = Image.open(path).size
    assert width * height <= 8_294_400
    assert width > 3300


def test_a_stage_run_again_gives_the_same(job):
    made = job(saved(photograph(), "JPEG"))
    first = [pipeline.run_stage(made, name) for name in made.plan.stages]
    again = [pipeline.run_stage(made, name) for name in made.plan.stages]
    for one, two in zip(first, again, strict=True):
        if one.name not in {"sign", "verify"}:  # a signature is never the same twice
            assert one.detail == two.detail
    assert again[-1].detail["federated"]["c2pa"] == "Valid"


def test_verify_refuses_what_was_touched_after_signing(job):
    made = job(saved(photograph(), "JPEG"))
    for name in made.plan.stages[:-1]:
        pipeline.run_stage(made, name)
    signed = made.encoded("federated", "sign")
    signed.write_bytes(signed.read_bytes() + b"GPS")
    with pytest.raises(BadMedia, match="did not pass"):
        pipeline.run_stage(made, "verify")


def test_verify_refuses_other_terms(job):
    made = job(saved(photograph(), "JPEG"))
    for name in made.plan.stages[:-1]:
        pipeline.run_stage(made, name)
    from dataclasses import replace

    other = replace(made, xmp=made.xmp.replace(b"DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING", b"DMI-ALLOWED"))
    with pytest.raises(BadMedia, match="terms"):
        pipeline.run_stage(other, "verify")


def test_a_truncated_picture_is_refused_with_a_sentence(job):
    made = job(saved(photograph(), "JPEG")[:9000])
    with pytest.raises(BadMedia, match="cut off"):
        pipeline.run(made)


def test_quarters_of_a_gif_are_where_they_were(protected):
    _, path, _ = protected(saved(quarters(), "GIF"))
    image = Image.open(path).convert("RGB")
    assert image.getpixel((10, 10))[0] > 200
    assert image.getpixel((190, 110)) == (255, 255, 255)


@pytest.mark.slow
def test_a_grey_photograph_is_a_photograph(protected):
    """It has few colours, but is no pixel art: smooth, within the long side, as JPEG."""
    _, path, details = protected(saved(photograph(3000, 2000).convert("L"), "PNG"))
    assert (path.suffix, Image.open(path).size) == (".jpg", (2048, 1365))
    assert not details["normalise"]["crisp"]


def test_enlarged_pixel_art_is_thinned_to_its_own_squares(protected):
    art = pixel_art(300, 200)
    _, path, _ = protected(saved(art.resize((3000, 2000), Image.Resampling.NEAREST), "PNG"))
    shown = Image.open(path).convert("RGB")
    assert shown.size == (1500, 1000)
    assert np.array_equal(np.asarray(shown), np.asarray(art.resize((1500, 1000), Image.Resampling.NEAREST)))


def test_large_line_art_is_not_thinned(protected):
    """Lines one pixel wide would be lost by taking every other pixel."""
    page = np.full((3000, 2200, 3), 255, dtype=np.uint8)
    page[1001, :], page[:, 701] = 0, 0
    _, path, _ = protected(saved(Image.fromarray(page), "PNG"))
    shown = np.asarray(Image.open(path).convert("L"))
    assert max(shown.shape) == 2048
    assert shown[100].min() < 140
    assert shown[:, 100].min() < 140


def test_equal_frames_stay_frames_of_their_own(protected):
    still, other = pixel_art(), pixel_art().rotate(180)
    frames = [still, still, still, other, other, still]
    data = saved(
        frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=90, lossless=True, allow_mixed=True
    )
    count = Image.open(io.BytesIO(data)).n_frames
    _, path, _ = protected(data)
    assert Image.open(path).n_frames == count


def test_what_peers_would_not_take_is_made_smaller(job):
    noise = np.random.default_rng(5).integers(0, 256, (600, 600, 4), dtype=np.uint8)
    made = job(saved(Image.fromarray(noise), "PNG"))
    made.plan.parameters["max_bytes"] = 900_000
    details = {result.name: result.detail for result in pipeline.run(made)}
    assert details["verify"]["federated"]["bytes"] < 900_000 + 20_000
    assert details["encode"]["federated"]["width"] < 600
    assert Image.open(made.encoded("federated", "sign")).mode == "RGBA"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["scrub", "normalise", "encode", "terms", "sign"])
def test_a_stage_killed_before_its_rename_is_run_again(job, name):
    made = job(saved(pixel_art(), "PNG"))
    killed = MediaChild(failpoint=f"media.{name}.before_write")
    try:
        with pytest.raises(Unreachable):
            for each in made.plan.stages:
                killed.run_stage(made, each, timeout=60)
    finally:
        killed.close()
    results = pipeline.run(made)
    assert results[-1].detail["federated"]["c2pa"] == "Valid"
    assert not list(made.workdir.glob("*.draft"))


def test_a_job_and_a_plan_cross_a_process_border(job):
    made = job(saved(pixel_art(), "PNG"))
    assert Job.from_json(json.loads(json.dumps(made.to_json()))) == made


def test_grain_at_full_quality_fits_the_encoder(protected):
    noise = np.random.default_rng(6).integers(0, 256, (500, 700, 3), dtype=np.uint8)
    _, path, _ = protected(saved(Image.fromarray(noise), "PNG"))
    assert path.suffix == ".jpg"
