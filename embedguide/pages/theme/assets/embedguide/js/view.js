// @ts-check
/** Zooming, moving and turning by buttons, so that no view of a figure needs a drag. */

import { announce } from "./dom.js"
import { isSolid } from "./engine.js"
import { stepBack } from "./fit.js"

const ZOOM = 0.7
/** How much of what is in view one press moves by, and the radians that it turns or tilts a cloud by. */
const SHARE = 0.25
const TURN = Math.PI / 12
/** A cloud is never seen from straight above: there Plotly's turning has no left and right. */
const LOWEST = 0.1
const DIRECTIONS = /** @type {const} */ ([["left", -1, 0], ["right", 1, 0], ["up", 0, 1], ["down", 0, -1]])

/** @typedef {import("./figure.js").Figure} Figure */

/**
 * Bind the buttons that change what is in view of one panel's plot.
 * @param {Figure} figure
 * @param {HTMLElement} panel
 */
export function bindView(figure, panel) {
  const tools = panel.querySelector("[data-eg-tools]")
  if (!canZoom(figure)) {
    for (const name of ["in", "out", "reset"]) tools?.querySelector(`[data-tool="${name}"]`)?.setAttribute("hidden", "")
    return
  }
  const isTurned = isSolid(figure.composed().data)
  /** @type {[string, () => void][]} */
  const acts = [["in", () => zoom(figure, panel, ZOOM)], ["out", () => zoom(figure, panel, 1 / ZOOM)], ["reset", () => reset(figure, panel)]]
  for (const [name, x, y] of DIRECTIONS) acts.push([name, () => {
    shift(figure, x, y)
    announce(`${isTurned ? "Turned" : "Moved"} ${name}`)
  }])
  for (const [name, act] of acts) tools?.querySelector(`[data-tool="${name}"]`)?.addEventListener("click", act, { signal: figure.signal })
}

/**
 * The buttons that move a flat plot, which is all in view at first, so that there is nowhere to move to before a zoom.
 * @param {HTMLElement} panel
 * @param {boolean} isWanted
 */
export function showMoves(panel, isWanted) {
  const group = panel.querySelector("[data-eg-moves=flat]")
  if (group instanceof HTMLElement) group.hidden = !isWanted
}

/** @param {Figure} figure */
function canZoom(figure) {
  const { data, layout } = figure.composed()
  return isSolid(data) || !(layout.xaxis?.fixedrange && layout.yaxis?.fixedrange)
}

/** @param {any} full @returns {[string, any][]} the flat axes that may move */
function axes(full) {
  return Object.entries(full).filter(([name, axis]) => /^[xy]axis\d*$/.test(name) && axis?.range && !axis.fixedrange)
}

/**
 * Those of the main plots. The buttons leave a small one beside or below whole, of a loss, say; a drag may have moved it.
 * @param {any} full
 */
function mainAxes(full) {
  const found = axes(full)
  const length = (/** @type {any} */ axis) => (axis?.domain ? axis.domain[1] - axis.domain[0] : 1)
  const area = (/** @type {any} */ axis) => length(axis) * length(full[`${axis.anchor[0]}axis${axis.anchor.slice(1)}`])
  const largest = Math.max(...found.map(([, axis]) => area(axis)))
  return found.filter(([, axis]) => area(axis) >= largest / 2)
}

/** @param {any} full @returns {[string, any][]} */
function scenes(full) {
  return Object.entries(full).filter(([name, scene]) => /^scene\d*$/.test(name) && scene?.camera)
}

/**
 * What Plotly is told so that each axis shows another stretch.
 * @param {any} full
 * @param {(from: number, to: number, letter: string) => [number, number]} stretch of one axis, in its linear numbers
 */
function ranges(full, stretch) {
  return Object.fromEntries(mainAxes(full).map(([name, axis]) => {
    const [from, to] = axis.range.map((/** @type {any} */ end) => axis.r2l(end))
    return [`${name}.range`, stretch(from, to, name[0]).map((end) => axis.l2r(end))]
  }))
}

/**
 * What Plotly is told so that each scene is seen from elsewhere.
 * @param {any} full
 * @param {(arm: number[]) => number[]} swing where the eye goes, both as seen from what it looks at
 */
function eyes(full, swing) {
  return Object.fromEntries(scenes(full).map(([name, { camera: { eye, center } }]) => {
    const [x, y, z] = swing([eye.x - center.x, eye.y - center.y, eye.z - center.z])
    return [`${name}.camera.eye`, { x: center.x + x, y: center.y + y, z: center.z + z }]
  }))
}

/**
 * @param {Figure} figure
 * @param {HTMLElement} panel
 * @param {number} factor below one comes nearer
 */
function zoom(figure, panel, factor) {
  const full = figure.plot?._fullLayout
  if (!full) return
  const nearer = ranges(full, (from, to) => {
    const [middle, half] = [(from + to) / 2, ((to - from) / 2) * factor]
    return [middle - half, middle + half]
  })
  figure.drawing?.look({ ...nearer, ...eyes(full, (arm) => arm.map((part) => part * factor)) })
  showMoves(panel, true)
  announce(factor < 1 ? "Zoomed in" : "Zoomed out")
}

/**
 * @param {Figure} figure
 * @param {number} x -1, 0 or 1: what is in view goes left or right
 * @param {number} y -1, 0 or 1: down or up
 */
function shift(figure, x, y) {
  const full = figure.plot?._fullLayout
  if (!full) return
  const beside = ranges(full, (from, to, letter) => {
    const by = (letter === "x" ? x : y) * SHARE * (to - from)
    return [from + by, to + by]
  })
  figure.drawing?.look({ ...beside, ...eyes(full, (arm) => swung(arm, x * TURN, y * TURN)) })
}

/**
 * An arm from the middle of a cloud to the eye, swung around it.
 * @param {number[]} arm
 * @param {number} around radians about the upright axis
 * @param {number} over radians upwards
 */
function swung([x, y, z], around, over) {
  const length = Math.hypot(x, y, z)
  const angle = Math.atan2(y, x) + around
  const fall = Math.min(Math.PI - LOWEST, Math.max(LOWEST, Math.acos(z / length) - over))
  return [length * Math.sin(fall) * Math.cos(angle), length * Math.sin(fall) * Math.sin(angle), length * Math.cos(fall)]
}

/**
 * @param {Figure} figure
 * @param {HTMLElement} panel
 */
function reset(figure, panel) {
  const full = figure.plot?._fullLayout
  if (!full) return
  const layout = stepBack(figure.composed().layout, figure.box.width, figure.box.height)
  /** @type {Record<string, any>} */
  const change = {}
  for (const [name] of axes(full)) {
    if (layout[name]?.range) change[`${name}.range`] = [...layout[name].range]
    else change[`${name}.autorange`] = layout[name]?.autorange ?? true
  }
  for (const [name] of scenes(full)) {
    change[`${name}.camera`] = layout[name]?.camera ?? { eye: { x: 1.25, y: 1.25, z: 1.25 }, center: { x: 0, y: 0, z: 0 }, up: { x: 0, y: 0, z: 1 } }
  }
  figure.drawing?.look(change)
  showMoves(panel, false)
  announce("View reset")
}
