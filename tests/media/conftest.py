"""A job for a picture, as the services make one."""

import pytest

from fedi.media import credentials, pipeline
from fedi.media.job import Job
from fedi.media.plan import plan_for
from fedi.policy.consent import Consent
from fedi.policy.layers import c2pa, xmp
from fedi.policy.licences import LICENCES
from fedi.policy.terms import Terms

TERMS = Terms(
    consent=Consent(),
    holder_name="Mira Okafor",
    holder_url="https://art.test/users/mira",
    year=2026,
    licence=LICENCES["all-rights-reserved"],
    licence_url="https://art.test/@mira/licence",
)


@pytest.fixture(scope="session")
def signer(tmp_path_factory):
    return credentials.ensure(tmp_path_factory.mktemp("keys"), "art.test")


@pytest.fixture
def job(tmp_path, signer):
    """job(data, long_side=...) -> Job"""

    def make(data, *, terms=TERMS, max_bytes=64 << 20, max_pixels=66_000_000, **options):
        original = tmp_path / "original"
        original.write_bytes(data)
        workdir = tmp_path / "work"
        workdir.mkdir(exist_ok=True)
        return Job(
            workdir=workdir,
            original=original,
            plan=plan_for("default", **options),
            xmp=xmp.render(terms, title="Heron study", description="A heron, ink"),
            manifest=c2pa.render(terms, title="Heron study"),
            credentials=signer,
            max_bytes=max_bytes,
            max_pixels=max_pixels,
        )

    return make


@pytest.fixture
def protected(job):
    """protected(data) -> (job, path of the federated rendition, {stage: detail})"""

    def run(data, **options):
        made = job(data, **options)
        details = {result.name: result.detail for result in pipeline.run(made)}
        return made, made.encoded("federated", "sign"), details

    return run
