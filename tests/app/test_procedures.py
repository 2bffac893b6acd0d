"""The local procedures, to read."""

from collections.abc import Callable

from flask.testing import FlaskClient

SignIn = Callable[..., FlaskClient]


def test_the_list_leads_to_each_procedure(sign_in: SignIn):
    page = sign_in("procedure_owner").get("/procedures").text
    assert "Testshire" in page
    assert "1 thing its owner has yet to supply" in page
    assert 'href="/procedures/england"' in page


def test_a_procedure_shows_its_deadlines_with_their_sources(sign_in: SignIn):
    page = sign_in("procedure_owner").get("/procedures/england").text
    for shown in ("TS-02", "Within 3 working days of the referral", "Must", "Paragraph 2"):
        assert shown in page
    assert "An invented document" in page
    assert "serious harm" in page


def test_what_its_owner_has_yet_to_supply_is_a_warning_and_nothing_is_invented(sign_in: SignIn):
    page = sign_in("procedure_owner").get("/procedures/england").text
    assert "Its owner has yet to supply the following" in page
    assert "<li>Who must be involved</li>" in page


def test_a_diagram_is_told_as_a_list_of_steps(sign_in: SignIn):
    page = sign_in("procedure_owner").get("/procedures/england/strategy_discussion").text
    assert page.index("Hold the strategy discussion") < page.index("Sign the record")
    assert "Team manager and Out of hours team" in page


def test_what_is_not_there_is_not_found(sign_in: SignIn):
    browser = sign_in("procedure_owner")
    assert browser.get("/procedures/narnia").status_code == 404
    assert browser.get("/procedures/england/narnia").status_code == 404
