"""What a reader finds at an address that no page has."""

import pytest

pytestmark = pytest.mark.browser


def test_a_missing_page_shows_ways_on(visit):
    found = visit().go("404.html")
    main = found.page.locator("article")
    assert main.locator("h1").inner_text() == "There is no page here"
    main.get_by_role("link", name="all figures and tables").click()
    assert found.page.url == found.home + "figures/"
