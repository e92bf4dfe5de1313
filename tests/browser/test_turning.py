"""A large cloud while it is turned: drawn lighter, and whole again when its reader lets go."""

import pytest

pytestmark = pytest.mark.browser
PAGE, CLOUD = "chapters/maps/", "fig-maps-vocabulary"
# What Plotly's painter does is counted; where the painter is no longer found, everything below fails.
COUNT = """async () => {
  const painter = document.querySelector('#CLOUD .eg-plot')._fullLayout.scene._scene.glplot
  const cloud = painter.objects.find(object => object.drawPick)
  window.counted = { readings: 0, most: cloud.vertexCount, least: Infinity, painter }
  const { gl } = painter
  const kin = Object.getPrototypeOf(gl)
  const [draw, read] = [kin.drawArrays, kin.readPixels]
  let drawn = 0
  kin.drawArrays = function (mode, from, count) { if (mode === gl.TRIANGLES) drawn += count; return draw.apply(this, arguments) }
  kin.readPixels = function () { counted.readings += 1; return read.apply(this, arguments) }
  const own = painter.onrender
  painter.onrender = () => {
    if (drawn) counted.least = Math.min(counted.least, counted.last = drawn)
    drawn = 0
    own()
  }
}"""
SLOW_FRAMES = """() => {
  const wait = () => { for (const end = performance.now() + 70; performance.now() < end;); if (!window.stopped) requestAnimationFrame(wait) }
  requestAnimationFrame(wait)
}"""


@pytest.fixture
def cloud(visit):
    """The whole vocabulary, asked for and drawn, on a machine whose frames are slow."""
    found = visit().go(PAGE)
    found.page.evaluate("id => document.getElementById(id).scrollIntoView({block: 'center'})", CLOUD)
    found.page.locator(f"#{CLOUD} [data-tool=request]:visible").click()
    found.page.wait_for_selector(f"#{CLOUD}[data-eg-state=drawn]", timeout=60_000)
    found.page.evaluate(COUNT.replace("CLOUD", CLOUD))
    return found


def turn(found, steps=12):
    box = found.page.locator(f"#{CLOUD} .eg-plot").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    found.page.mouse.move(x, y)
    found.page.mouse.down()
    for step in range(1, steps + 1):
        found.page.mouse.move(x + 9 * step, y)


def test_a_turning_cloud_reads_nothing_back_and_thins_out_where_frames_are_slow(cloud):
    cloud.page.evaluate(SLOW_FRAMES)
    cloud.page.wait_for_timeout(500)  # what was read for the pointer's coming
    turn(cloud)
    before = cloud.page.evaluate("counted.readings")
    box = cloud.page.locator(f"#{CLOUD} .eg-plot").bounding_box()
    for step in range(6):
        cloud.page.mouse.move(box["x"] + 60 + 9 * step, box["y"] + 60)
    assert cloud.page.evaluate("counted.readings") == before
    assert cloud.page.evaluate("counted.least") < cloud.page.evaluate("counted.most") / 8
    cloud.page.evaluate("window.stopped = true")
    cloud.page.mouse.up()
    cloud.page.wait_for_function("counted.readings > 0 && counted.last >= counted.most", timeout=30_000)
    assert cloud.page.evaluate("Object.hasOwn(counted.painter.gl, 'readPixels')") is False
    assert cloud.problems == []
