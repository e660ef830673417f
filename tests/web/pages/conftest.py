"""Browsers for the tests of pages."""

import pytest

from fedi.models.account import Role
from tests.media_pictures import photograph, saved
from tests.web.pages.browsing import Browser


@pytest.fixture
def stranger(app):
    return Browser(app)


@pytest.fixture
def as_mira(app, mira):
    return Browser(app, mira)


@pytest.fixture
def as_otto(app, otto):
    return Browser(app, otto)


@pytest.fixture
def as_admin(app, make_account):
    return Browser(app, make_account("ada", role=Role.ADMIN))


@pytest.fixture(scope="session")
def picture():
    """The bytes of a small photograph, as a PNG."""
    return saved(photograph(320, 240), "PNG")
