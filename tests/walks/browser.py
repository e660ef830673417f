"""A browser for the pages that apps lead people to: it keeps cookies, follows redirects and fills in forms."""

from urllib.parse import parse_qs, urlsplit

import lxml.html
import requests

from tests.walks.towns import PASSWORD, Person


class Browser:
    def __init__(self, certificate: str):
        self.session, self.certificate = requests.Session(), certificate

    def open(self, url: str) -> lxml.html.HtmlElement:
        return self._ask("GET", url)

    def send(self, page: lxml.html.HtmlElement, action: str, **fields: str) -> lxml.html.HtmlElement:
        """Fill in the form of a page that goes to `action` and send it; the page that follows."""
        form = next(each for each in page.forms if urlsplit(each.action).path == action)
        return self._ask("POST", form.action, data=dict(form.form_values()) | fields)

    def _ask(self, method: str, url: str, **more: dict[str, str]) -> lxml.html.HtmlElement:
        answer = self.session.request(method, url, timeout=30, verify=self.certificate, **more)
        answer.raise_for_status()
        page = lxml.html.fromstring(answer.text, base_url=answer.url)
        page.make_links_absolute()
        return page


def let_in(person: Person, url: str) -> str:
    """Sign the person in at an app's address of authorisation and let the app in; the code that the app then needs."""
    browser = Browser(str(person.town.authority.certificate))
    asked = browser.send(browser.open(url), "/sign-in", login=person.name, password=PASSWORD)
    shown = browser.send(asked, "/oauth/authorize", answer="yes")
    code = parse_qs(urlsplit(shown.base_url).query)["code"][0]
    assert code in shown.text_content()
    return code
