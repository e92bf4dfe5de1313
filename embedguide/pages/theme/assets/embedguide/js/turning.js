// @ts-check
/**
 * A large cloud that is being turned is drawn lighter than one that stands. What only a resting pointer needs is left out at
 * once; where frames still come slowly, as they do where the processor does the drawing, so are pixels, then points.
 * All of it is drawn again when the reader lets go.
 *
 * Plotly has no setting for this. What is reached for inside it is looked up once, in `cloudOf`, and where it is not found
 * the cloud turns as Plotly turns it.
 */

/** What to leave out, step by step: canvas pixels for each pixel of the page, and one in how many points. */
const STEPS = [
  { pixels: Number.POSITIVE_INFINITY, oneIn: 1 },
  { pixels: 1, oneIn: 1 },
  { pixels: 1, oneIn: 4 },
  { pixels: 1, oneIn: 12 },
]
/** A frame that took longer, ms, is a slow one; and one that took this long calls for two steps at once. */
const SLOW = 50
const VERY_SLOW = 200
/** Vertices that are drawn in one go: points that are neighbors in the data, of six vertices each. */
const RUN = 6 * 64

/** The step that this machine turned out to need; the next turn begins with it. */
let step = 0

/**
 * What is reached for in a drawn plot: the scene's painter, or null where this Plotly is built otherwise.
 * @param {any} plot
 */
function cloudOf(plot) {
  const painter = plot?._fullLayout?.scene?._scene?.glplot
  return painter?.gl && painter.objects && painter.pixelRatio && typeof painter.update === "function" ? painter : null
}

/**
 * Draw a plot's cloud lighter from when a pointer presses it until it lets go.
 * @param {any} plot drawn, with a solid scene
 */
export function turnLighter(plot) {
  plot.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    const painter = cloudOf(plot)
    // A second finger joins a turn that goes on.
    if (painter && event.isPrimary && event.target === painter.canvas) turn(painter)
  })
}

/** @param {any} painter until the pointer is up again */
function turn(painter) {
  const restore = lighten(painter)
  const over = new AbortController()
  let last = 0
  const watch = (/** @type {number} */ now) => {
    if (over.signal.aborted) return
    const took = last ? now - last : 0
    if (took > SLOW) step = Math.min(step + (took > VERY_SLOW ? 2 : 1), STEPS.length - 1)
    painter.pixelRatio = Math.min(painter.pixelRatio, STEPS[step].pixels)
    last = now
    requestAnimationFrame(watch)
  }
  requestAnimationFrame(watch)
  for (const sign of ["pointerup", "pointercancel", "blur"]) {
    addEventListener(sign, () => {
      over.abort()
      restore()
    }, { signal: over.signal })
  }
}

/** @param {any} painter @returns {() => void} draws all of it again, if less was drawn */
function lighten(painter) {
  const { gl, pixelRatio } = painter
  const clouds = painter.objects.filter((/** @type {any} */ object) => object.vao && object.drawPick)
  let isOwed = false
  // In each frame Plotly draws the cloud a second time, in colors that tell which point lies where, and reads that back.
  // No one asks for it until the turning is over.
  gl.readPixels = () => {}
  for (const cloud of clouds) {
    cloud.drawPick = () => { isOwed = true }
    cloud.vao.draw = thinned(cloud.vao, gl.TRIANGLES)
  }
  return () => {
    delete gl.readPixels
    for (const cloud of clouds) {
      delete cloud.drawPick
      delete cloud.vao.draw
    }
    painter.pixelRatio = pixelRatio
    if (isOwed) painter.update()
  }
}

/** @param {any} vertices Plotly's @param {number} triangles its name for them @returns draws runs of them, and skips others */
function thinned(vertices, triangles) {
  const whole = vertices.draw.bind(vertices)
  return (/** @type {number} */ mode, /** @type {number} */ count, /** @type {number} */ from = 0) => {
    const { oneIn } = STEPS[step]
    if (mode !== triangles || oneIn === 1) return whole(mode, count, from)
    for (let at = 0; at < count; at += RUN * oneIn) whole(mode, Math.min(RUN, count - at), from + at)
  }
}
