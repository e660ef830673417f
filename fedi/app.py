"""The composition root of the web: `create_app()` finds every blueprint in `web/` and gives it the house rules."""

import gc
import importlib
import logging
import pkgutil

from quart import Blueprint, Quart

from fedi import config, failpoints, net
from fedi.web import cache, errors, gate, headers, inboxes, sessions, suspicion
from fedi.web.pages import wait

log = logging.getLogger(__name__)

# Where blueprints are looked for.
_FOLDERS = ("fedi.web", "fedi.web.api", "fedi.web.pages", "fedi.web.admin")


def create_app() -> Quart:
    """The ASGI app for the settings of this process."""
    settings = config.settings()
    failpoints.arm(settings.failpoint)
    app = Quart("fedi.web", static_folder="static", static_url_path="/static", template_folder="templates")
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.config.update(
        MAX_CONTENT_LENGTH=None,  # every door has its own limit, read while the body arrives
        BODY_TIMEOUT=120,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_options = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    for blueprint in blueprints():
        app.register_blueprint(blueprint)
    errors.install(app)
    sessions.install(app)
    headers.install(app)
    suspicion.install(app)
    app.before_request(wait.stop)
    before = gate.Gate(cache.Cache(inboxes.Inboxes(app.asgi_app)))  # type: ignore[arg-type]
    app.extensions["fedi.visits"] = before.visits
    app.asgi_app = before  # type: ignore[assignment,method-assign]
    app.before_serving(_settle)
    app.after_serving(before.visits.write)
    app.after_serving(net.close)
    return app


async def _settle() -> None:
    """What start-up made lives as long as the process: the garbage collector need not walk it again and again."""
    gc.collect()
    gc.freeze()


def blueprints() -> list:  # type: ignore[type-arg]
    """Every blueprint that a module in the web folders makes, by the name of the module."""
    found = []
    for folder in _FOLDERS:
        package = importlib.import_module(folder)
        for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
            if info.ispkg:
                continue
            module = importlib.import_module(f"{folder}.{info.name}")
            found += [value for value in vars(module).values() if isinstance(value, Blueprint)]
    return found
