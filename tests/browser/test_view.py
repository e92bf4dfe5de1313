"""What is in view of a figure, by buttons alone: zooming, moving, turning, and the way back."""

import pytest

pytestmark = pytest.mark.browser
FLAT, CLOUD = ("chapters/learning/", "fig-learning-map"), ("chapters/maps/", "fig-maps-corpus")


def ready(visit, figure, **options):
    found = visit(reduced_motion="reduce", **options)
    found.go(figure[0])
    found.draw(figure[1])
    return found


def press(found, figure, *tools):
    for tool in tools:
        found.page.locator(f"#{figure[1]} .eg-panel:not([hidden]) [data-tool={tool}]").click()


def ranges(found):
    script = "p => [...p._fullLayout.xaxis.range, ...p._fullLayout.yaxis.range]"
    return found.page.eval_on_selector(f"#{FLAT[1]} .eg-plot", script)


def eye(found):
    script = "p => { const { eye, center } = p._fullLayout.scene.camera; return 'xyz'.split('').map(a => eye[a] - center[a]) }"
    return found.page.eval_on_selector(f"#{CLOUD[1]} .eg-plot", script)


def moves(found, figure):
    return found.page.locator(f"#{figure[1]} .eg-panel:not([hidden]) [data-eg-moves]")


def test_a_zoomed_plot_is_moved_by_buttons_and_goes_home(visit):
    found = ready(visit, FLAT, narrow=True, has_touch=True, is_mobile=True)
    home = ranges(found)
    assert not moves(found, FLAT).is_visible()  # all is in view, there is nowhere to go
    press(found, FLAT, "in")
    near = ranges(found)
    width, height = near[1] - near[0], near[3] - near[2]
    assert width == pytest.approx(0.7 * (home[1] - home[0]), rel=1e-3)
    press(found, FLAT, "right", "up", "up")
    assert ranges(found) == pytest.approx(
        [near[0] + width / 4, near[1] + width / 4, near[2] + height / 2, near[3] + height / 2], rel=1e-3
    )
    press(found, FLAT, "left", "down", "down")
    assert ranges(found) == pytest.approx(near, rel=1e-3)
    press(found, FLAT, "reset")
    assert ranges(found) == pytest.approx(home, rel=1e-3)
    assert not moves(found, FLAT).is_visible()
    assert found.problems == []


def test_a_step_of_a_slider_leaves_what_is_in_view(visit):
    found = ready(visit, FLAT)
    press(found, FLAT, "in", "left")
    near = ranges(found)
    slider = found.page.locator(f"#{FLAT[1]} .eg-panel:not([hidden]) input[type=range]")
    first = "p => p._fullData[0].x[0]"
    before = found.page.eval_on_selector(f"#{FLAT[1]} .eg-plot", first)
    slider.press("ArrowLeft")
    found.page.wait_for_function(f"x => ({first})(document.querySelector('#{FLAT[1]} .eg-plot')) !== x", arg=before)
    assert ranges(found) == pytest.approx(near, rel=1e-3)


def test_a_cloud_is_seen_from_farther_on_a_phone_and_goes_home_to_there(visit):
    far, near = eye(ready(visit, CLOUD, narrow=True)), eye(ready(visit, CLOUD))
    assert [one / other for one, other in zip(far, near, strict=True)] == pytest.approx([far[0] / near[0]] * 3)
    assert far[0] / near[0] > 1.3


@pytest.mark.parametrize("narrow", [False, True])
def test_a_cloud_is_turned_by_the_keyboard(visit, narrow):
    found = ready(visit, CLOUD, narrow=narrow)
    home = eye(found)
    found.page.locator(f"#{CLOUD[1]} [data-tool=in]:visible").focus()
    found.page.keyboard.press("Shift+Tab")
    assert found.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Turn down"
    for _ in range(3):
        found.page.keyboard.press("Shift+Tab")
    found.page.keyboard.press("Enter")
    found.page.wait_for_function("document.getElementById('eg-live').textContent === 'Turned left'")
    turned = eye(found)
    assert turned[2] == pytest.approx(home[2]) and turned[:2] != pytest.approx(home[:2])
    assert sum(part**2 for part in turned) == pytest.approx(sum(part**2 for part in home))
    press(found, CLOUD, *["up"] * 9)  # further than there is: straight above is never reached
    assert 0 < eye(found)[2] < sum(part**2 for part in home) ** 0.5
    press(found, CLOUD, "reset")
    assert eye(found) == pytest.approx(home)
    assert found.problems == []


def test_a_small_plot_stays_whole_under_the_buttons_and_goes_home_with_the_rest(visit):
    found = ready(visit, FLAT)
    loss = "p => [...p._fullLayout.yaxis2.range]"

    def now():
        return found.page.eval_on_selector(f"#{FLAT[1]} .eg-plot", loss)

    home = now()
    press(found, FLAT, "in")
    assert now() == pytest.approx(home)
    found.page.evaluate(
        f"Plotly.relayout(document.querySelector('#{FLAT[1]} .eg-plot'), {{'yaxis2.range': [0, 1]}})"
    )  # as a drag does
    assert now() == [0, 1]
    press(found, FLAT, "reset")
    assert now() == pytest.approx(home)


def test_a_wheel_over_a_cloud_scrolls_the_page(visit):
    found = ready(visit, CLOUD)
    box = found.page.locator(f"#{CLOUD[1]} .eg-plot").bounding_box()
    found.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    before, home = found.page.evaluate("scrollY"), eye(found)
    found.page.mouse.wheel(0, 200)
    found.page.wait_for_function(f"scrollY > {before} + 100")
    assert eye(found) == pytest.approx(home)


def test_a_finger_over_a_cloud_scrolls_the_page(visit):
    found = ready(visit, CLOUD, narrow=True, has_touch=True, is_mobile=True)
    box = found.page.locator(f"#{CLOUD[1]} .eg-plot").bounding_box()
    before = found.page.evaluate("scrollY")
    client = found.page.context.new_cdp_session(found.page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 16):
        client.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y - 15 * step}]})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    found.page.wait_for_function(f"scrollY > {before} + 100")
