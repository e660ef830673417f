"""The report: the contract's shape, and a page that hostile names cannot break."""

from media_pictures import pixel_art, saved

from fedi.media import pipeline, report

SHAPE = {
    "version", "preset", "plan", "stages", "quality", "extractors", "retention", "watermark",
    "consent", "terms", "grade", "claims", "warnings",
}  # fmt: skip


def test_shape(job):
    made = job(saved(pixel_art(), "PNG"))
    said = report.make(made, pipeline.run(made), consent="prohibited", terms={"xmp": "PROHIBITED"})
    assert set(said) == SHAPE
    assert said["plan"] == [each["name"] for each in said["stages"]] == list(made.plan.stages)
    assert all(set(each) == {"name", "seconds", "cpu_seconds", "state", "detail"} for each in said["stages"])
    assert said["terms"] == [{"layer": "xmp", "value": "PROHIBITED"}]
    assert said["quality"] is said["watermark"] is said["grade"] is None


def test_the_page_escapes_what_it_shows(job):
    made = job(saved(pixel_art(), "PNG"))
    said = report.make(made, [], consent="prohibited", terms={"<b>": "<script>"})
    page = report.page(said, title="<script>alert(1)</script>.png")
    assert "<script>" not in page
