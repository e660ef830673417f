"""Letters: plain-text e-mail through the server that `FEDI_SMTP_URL` names."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from fedi import config
from fedi.errors import OurFault, Unreachable

SECONDS = 20


def configured() -> bool:
    """Whether this instance can send mail at all."""
    return bool(config.settings().smtp_url)


def sender() -> str:
    """Whom letters come from, as their header says it."""
    settings = config.settings()
    return settings.mail_from or f"{settings.instance_name} <no-reply@{_host()}>"


def send(to: str, subject: str, text: str) -> None:
    """Send one letter. Blocks for up to SECONDS. Raises Unreachable, and OurFault without a mail server.

    `smtps://user:password@host` speaks TLS from the start; `smtp://` uses STARTTLS whenever the server offers it, and
    never tells the password without it.
    """
    if not configured():
        raise OurFault("FEDI_SMTP_URL is not set")
    try:
        with _connect() as server:
            server.send_message(_letter(to, subject, text))
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(f"the mail server did not take the letter: {error}") from error


def _letter(to: str, subject: str, text: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = sender()
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = formatdate()
    letter["Message-ID"] = make_msgid(domain=_host())
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    return letter


def _host() -> str:
    return config.settings().domain.partition(":")[0]


def _connect() -> smtplib.SMTP:
    parts = urlsplit(config.settings().smtp_url)
    host, secure = parts.hostname or "localhost", parts.scheme == "smtps"
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if secure:
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            secure = True
    if parts.username:
        if not secure:
            server.close()
            raise smtplib.SMTPException("it offers no encryption, so it is not told the password")
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
