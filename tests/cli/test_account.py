"""`fedi account` and `fedi invite`: who waits, letting in, and links to hand on."""

import pytest

from fedi import cli, config, db
from fedi.models.sign_up import SignUpState
from fedi.services import accounts, sign_ups
from fedi.services.sign_ups import Wish


@pytest.fixture
def run(instance, capsys):
    """run("account", "list") -> (exit status, output, errors)."""

    def call(*words):
        with pytest.raises(SystemExit) as stop:
            cli.main(list(words))
        said = capsys.readouterr()
        return stop.value.code or 0, said.out, said.err

    return call


def ask(name="lena"):
    config.use(config.settings().model_copy(update={"registrations": "approval"}))
    with db.writing() as session:
        wish = Wish(name, f"{name}@mail.example", "correct horse", agreement=True, reason="I cut\nlinoleum.")
        return sign_ups.begin(session, wish, "!").id


def test_who_waits_is_let_in(run, mira):
    ask()
    assert run("account", "list", "--pending") == (0, "lena\tlena@mail.example\tI cut linoleum.\n", "")
    assert run("account", "list") == (0, "mira\tartist\tapproved\n", "")
    assert run("account", "approve", "lena") == (0, "https://art.test/users/lena\n", "")
    assert run("account", "list", "--pending") == (0, "", "")
    status, _, error = run("account", "approve", "lena")
    assert (status, "nobody of the name lena waits" in error) == (1, True)


def test_who_waits_is_not_let_in(run):
    id_ = ask()
    assert run("account", "reject", "Lena")[0] == 0
    with db.reading() as session:
        assert session.get(sign_ups.SignUp, id_).state == SignUpState.REJECTED
        assert accounts.by_name(session, "lena") is None


def test_an_invite(run):
    status, out, error = run("invite", "--uses", "3")
    assert (status, out.startswith("https://art.test/invite/")) == (0, True)
    assert "FEDI_REGISTRATIONS" in error
    status, _, error = run("invite", "--uses", "-1")
    assert (status, "1 to 1000 people" in error) == (1, True)
