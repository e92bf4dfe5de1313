// @ts-check
/** The buttons of a figure: zoom, reset, full screen, pictures, and a link to the present view. */

import { announce, copyText, flash } from "./dom.js"
import { writeHash } from "./address.js"
import { savePage, wantsLegend } from "./standalone.js"

const STEP = 0.7

/**
 * Bind the buttons of one panel, and those of the whole figure once.
 * @param {import("./figure.js").Figure} figure
 * @param {HTMLElement} panel
 */
export function bindTools(figure, panel) {
  const { signal } = figure
  const on = (/** @type {Element} */ scope, /** @type {string} */ name, /** @type {(button: HTMLElement) => void} */ act) => {
    const button = scope.querySelector(`[data-tool="${name}"]`)
    if (button instanceof HTMLElement) button.addEventListener("click", () => act(button), { signal })
  }
  on(panel, "in", () => zoom(figure, STEP))
  on(panel, "out", () => zoom(figure, 1 / STEP))
  on(panel, "reset", () => reset(figure))
  on(panel, "full", () => toggleFull(panel))
  panel.addEventListener("fullscreenchange", () => figure.render(false), { signal })
  const full = panel.querySelector('[data-tool="full"]')
  if (full instanceof HTMLElement && !document.fullscreenEnabled) full.hidden = true
  if (!canZoom(figure)) for (const name of ["in", "out", "reset"]) panel.querySelector(`[data-tool="${name}"]`)?.setAttribute("hidden", "")
  if (figure.root.dataset.egTools) return
  figure.root.dataset.egTools = "bound"
  on(figure.root, "copy", (button) => copyLink(figure, button))
  on(figure.root, "png", () => savePicture(figure, "png"))
  on(figure.root, "svg", () => savePicture(figure, "svg"))
  on(figure.root, "html", (button) => takePage(figure, button))
}

/** @param {import("./figure.js").Figure} figure */
function canZoom(figure) {
  const { data, layout } = figure.composed()
  if (data.some((trace) => /3d$/.test(trace.type ?? ""))) return true
  return !(layout.xaxis?.fixedrange && layout.yaxis?.fixedrange)
}

/** @param {any} full @returns {[string, any][]} the flat axes that may move */
function axes(full) {
  return Object.entries(full).filter(([name, axis]) => /^[xy]axis\d*$/.test(name) && axis?.range && !axis.fixedrange)
}

/** @param {any} full @returns {[string, any][]} */
function scenes(full) {
  return Object.entries(full).filter(([name, scene]) => /^scene\d*$/.test(name) && scene?.camera)
}

/**
 * @param {import("./figure.js").Figure} figure
 * @param {number} factor below one comes nearer
 */
function zoom(figure, factor) {
  const full = figure.plot?._fullLayout
  if (!full) return
  /** @type {Record<string, any>} */
  const change = {}
  for (const [name, axis] of axes(full)) {
    const [from, to] = axis.range.map((/** @type {any} */ end) => axis.r2l(end))
    const middle = (from + to) / 2
    const half = ((to - from) / 2) * factor
    change[`${name}.range`] = [axis.l2r(middle - half), axis.l2r(middle + half)]
  }
  for (const [name, scene] of scenes(full)) {
    const { eye } = scene.camera
    change[`${name}.camera.eye`] = { x: eye.x * factor, y: eye.y * factor, z: eye.z * factor }
  }
  figure.engine.relayout(figure.plot, change)
  announce(factor < 1 ? "Zoomed in" : "Zoomed out")
}

/** @param {import("./figure.js").Figure} figure */
function reset(figure) {
  const full = figure.plot?._fullLayout
  if (!full) return
  const { layout } = figure.composed()
  /** @type {Record<string, any>} */
  const change = {}
  for (const [name] of axes(full)) {
    if (layout[name]?.range) change[`${name}.range`] = [...layout[name].range]
    else change[`${name}.autorange`] = layout[name]?.autorange ?? true
  }
  for (const [name] of scenes(full)) {
    change[`${name}.camera`] = layout[name]?.camera ?? { eye: { x: 1.25, y: 1.25, z: 1.25 }, center: { x: 0, y: 0, z: 0 }, up: { x: 0, y: 0, z: 1 } }
  }
  figure.engine.relayout(figure.plot, change)
  announce("View reset")
}

/** @param {HTMLElement} panel */
function toggleFull(panel) {
  if (document.fullscreenElement) document.exitFullscreen()
  else panel.requestFullscreen?.()
}

/**
 * @param {import("./figure.js").Figure} figure
 * @param {HTMLElement} button
 */
async function copyLink(figure, button) {
  const isDone = await copyText(linkTo(figure))
  flash(button, isDone ? "Copied" : "Could not copy")
  announce(isDone ? "Link copied" : "The link could not be copied")
}

/**
 * The address of the present view. It names the model: its reader may have chosen it on another page, and who gets the link yet another.
 * @param {import("./figure.js").Figure} figure
 */
function linkTo(figure) {
  const address = new URL(location.href)
  const model = figure.visiblePanel()?.dataset.model
  const offered = [...document.querySelectorAll("[data-eg-models] input")].map((radio) => /** @type {HTMLInputElement} */ (radio).value)
  if (model && offered.includes(model)) address.searchParams.set("model", model)
  address.hash = ""
  return `${address.href}${writeHash(figure.id, figure.address())}`
}

/**
 * @param {import("./figure.js").Figure} figure
 * @param {"png" | "svg"} format
 */
async function savePicture(figure, format) {
  if (!figure.plot) await figure.draw()
  if (!figure.plot) return
  const { data, layout } = figure.painted()
  const { clientWidth: width, clientHeight: height } = figure.plot
  // On a page the paper shows through; a picture has to bring its own.
  const paper = getComputedStyle(document.body).backgroundColor
  await figure.engine.downloadImage(
    { data, layout: { ...layout, showlegend: wantsLegend(figure, data), paper_bgcolor: paper } },
    { format, width, height, scale: format === "png" ? 2 : 1, filename: figure.root.dataset.name?.replace(/\W+/g, "-") ?? figure.id },
  )
}

/**
 * @param {import("./figure.js").Figure} figure
 * @param {HTMLElement} button
 */
async function takePage(figure, button) {
  if (!figure.plot) await figure.draw()
  if (!figure.plot) return
  try {
    await savePage(figure)
  } catch (problem) {
    flash(button, "Could not save")
    announce("The page could not be made")
    console.warn(`embedguide: ${figure.id}: ${problem instanceof Error ? problem.message : problem}`)
  }
}
