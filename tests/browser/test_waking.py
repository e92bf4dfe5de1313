"""What is out of sight sleeps while a site comes, and is awake before anyone can notice."""

import pytest

pytestmark = pytest.mark.browser
PAGE = "chapters/similarity/"
LAST = ".eg-appendix"
IS_LAID_OUT = "part => (part.firstElementChild ?? part).checkVisibility({ contentVisibilityAuto: true })"
ASLEEP = "document.documentElement.classList.contains('eg-asleep')"
TOP = "id => document.getElementById(id).getBoundingClientRect().top"


def is_laid_out(found, part):
    return found.page.locator(part).last.evaluate(IS_LAID_OUT)


def test_what_is_out_of_sight_is_not_laid_out_before_the_scripts_come(visit):
    found = visit()
    found.page.route("**/js/guide.js", lambda route: route.abort())
    found.page.goto(found.home + PAGE)
    assert not is_laid_out(found, LAST)
    found.page.locator(LAST).scroll_into_view_if_needed()
    found.page.wait_for_function(f"({IS_LAID_OUT})(document.querySelector('{LAST}'))")


def test_the_whole_page_is_awake_soon(visit):
    found = visit().go(PAGE)
    found.page.wait_for_function(f"({IS_LAID_OUT})(document.querySelector('{LAST}'))")
    assert not found.page.evaluate("scrollY")
    sleepers = ".eg-figure:not([data-eg-awake]), .eg-table:not([data-eg-awake])"
    assert found.page.locator(sleepers).count() == 0


@pytest.mark.parametrize("start", ["an address with a place", "a reload"])
def test_nothing_sleeps_where_the_browser_scrolls_to_a_place_by_itself(visit, start):
    found = visit()
    if start == "a reload":
        found.go("ledger/")
        assert found.page.evaluate(ASLEEP)
        found.page.reload()
    else:
        found.go("ledger/#c50")
    assert not found.page.evaluate(ASLEEP)
    assert is_laid_out(found, ".eg-ledger__scroll tr:last-child")


def test_a_link_to_a_place_arrives_there_though_long_tables_sleep(visit):
    found = visit(narrow=True).go("ledger/")
    assert found.page.evaluate(ASLEEP) and not is_laid_out(found, ".eg-ledger__scroll tr:last-child")
    found.page.evaluate("""() => {
        const link = document.createElement('a')
        link.href = '#c110'
        link.textContent = 'row C110'
        document.querySelector('.eg-ledger').before(link)
    }""")
    found.page.get_by_role("link", name="row C110", exact=True).click()
    assert not found.page.evaluate(ASLEEP)
    found.page.wait_for_function(f"(() => {{ const top = ({TOP})('c110'); return top >= 0 && top < 200 }})()")


def test_the_next_page_does_not_sleep(visit):
    found = visit().go("ledger/")
    assert found.page.evaluate(ASLEEP)
    found.page.locator(".md-footer__link--next, .md-footer__link--prev").last.click()
    found.page.wait_for_url(lambda url: "ledger" not in url)
    found.page.wait_for_function(f"!{ASLEEP}")


def test_the_menu_of_a_phone_sleeps_until_it_is_opened(visit):
    found = visit(narrow=True)
    found.page.route("**/js/guide.js", lambda route: route.abort())
    found.page.goto(found.home + PAGE)
    link = found.page.locator(".md-sidebar--primary a.md-nav__link").first
    assert not link.evaluate("a => a.checkVisibility()")
    found.page.locator("label.md-header__button[for=__drawer]").click()
    assert link.evaluate("a => a.checkVisibility()")
