// @ts-check
/** Labels beside points, moved to a free side of their point, or hidden where no side is free: Plotly lets them overlap and cuts them off. */

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box in pixels of a subplot */
/** @typedef {{node: SVGGElement, home: string, middle: number[], width: number, height: number, point: number[], reach: number, area: Box}} Label */

/** Space between a marker and its label, px. */
const APART = 3
/** How much of a label others may cover before it is hidden. */
const COVERED = 0.3
/** Above this many labels they are the picture, and stay where they are. */
const MOST = 120
/** Labels look for a better side so many times. */
const ROUNDS = 4

/**
 * Keep the labels of a plot legible, now and each time that Plotly draws it again.
 * @param {any} plot
 */
export function watchLabels(plot) {
  settleLabels(plot)
  for (const moment of ["plotly_afterplot", "plotly_transitioned"]) plot.on(moment, () => settleLabels(plot))
}

/**
 * Give each label a side where it is whole and covers no other and no mark. Text that is itself the mark stays.
 * @param {any} plot
 */
export function settleLabels(plot) {
  const labels = findLabels(plot)
  if (labels.length > MOST) return
  // All is measured before anything moves, so that the browser lays out once.
  const subplots = new Set(labels.map((label) => label.node.closest(".subplot")))
  const places = [...subplots].flatMap((subplot) => arrange(labels.filter((label) => label.node.closest(".subplot") === subplot)))
  for (const { label, shift, isHidden } of places) {
    label.node.setAttribute("transform", `translate(${shift[0].toFixed(1)},${shift[1].toFixed(1)})`)
    label.node.style.visibility = isHidden ? "hidden" : ""
  }
}

/**
 * A place for each label of a subplot. Each in turn takes its freest side, given where the others stand, until none wants to move.
 * @param {Label[]} labels
 */
function arrange(labels) {
  const marks = labels.map(({ point, reach }) => boxAround(point, 2 * (reach - APART), 2 * (reach - APART)))
  const places = labels.map((label) => freest(label, [], []))
  for (let round = 0; round < ROUNDS; round += 1) {
    labels.forEach((label, at) => {
      const isOther = (/** @type {any} */ _, /** @type {number} */ index) => index !== at
      places[at] = freest(label, places.map((place) => place.box).filter(isOther), marks.filter(isOther))
    })
  }
  // Of two that cannot both be read the later one gives way.
  /** @type {Box[]} */
  const seen = []
  return labels.map((label, at) => {
    const { box, shift } = places[at]
    const isHidden = covered(box, seen) + cut(box, label.area) > COVERED
    if (!isHidden) seen.push(box)
    return { label, shift, isHidden }
  })
}

/** @param {any} plot @returns {Label[]} */
function findLabels(plot) {
  /** @type {Label[]} */
  const found = []
  for (const trace of plot._fullData ?? []) {
    if (!isLabeled(trace)) continue
    const nodes = /** @type {NodeListOf<SVGGElement>} */ (plot.querySelectorAll(`.trace${trace.uid} .textpoint`))
    const area = areaOf(plot, trace)
    nodes.forEach((node, place) => {
      const label = area && measure(node, trace, place, area)
      if (label) found.push(label)
    })
  }
  return found
}

/** @param {any} trace whether its text names points, and is not the mark itself */
function isLabeled(trace) {
  if (trace.type !== "scatter" || !trace.visible || !trace.mode?.includes("text")) return false
  return trace.mode.includes("markers") || trace.hoverinfo === "skip"
}

/** @param {any} plot @param {any} trace @returns {Box | null} where its labels may stand, in pixels of the subplot */
function areaOf(plot, trace) {
  const layout = plot._fullLayout
  const [x, y] = [trace.xaxis ?? "x", trace.yaxis ?? "y"].map((name) => layout[name.replace(/^([xy])/, "$1axis")])
  if (!x || !y) return null
  if (trace.cliponaxis !== false) return { left: 0, top: 0, right: x._length, bottom: y._length }
  return { left: -x._offset, top: -y._offset, right: layout.width - x._offset, bottom: layout.height - y._offset }
}

/**
 * @param {SVGGElement} node
 * @param {any} trace
 * @param {number} place of the label in its trace
 * @param {Box} area
 * @returns {Label | null}
 */
function measure(node, trace, place, area) {
  const text = node.querySelector("text")
  if (!text || !text.textContent?.trim()) return null
  const box = text.getBBox()
  const sizes = trace.marker?.size
  const size = trace.mode.includes("markers") ? (Array.isArray(sizes) ? sizes[place] : sizes) ?? 0 : 0
  const sides = trace.textposition
  return {
    node, area, width: box.width, height: box.height, middle: [box.x + box.width / 2, box.y + box.height / 2],
    home: (Array.isArray(sides) ? sides[place] : sides) ?? "middle center",
    point: [Number(text.getAttribute("x")), Number(text.getAttribute("y"))], reach: size / 2 + APART,
  }
}

/**
 * The side where least of a label is covered or cut off; its own side unless another is better.
 * @param {Label} label
 * @param {Box[]} others labels
 * @param {Box[]} marks of other points, which a label may cover sooner than another label
 */
function freest(label, others, marks) {
  const { width, height, point, middle, reach, area } = label
  const sides = [label.home, "top center", "middle right", "middle left", "bottom center"]
  const tried = sides.map((side) => {
    const [up, across] = side.split(" ")
    const x = point[0] + ({ left: -1, right: 1 }[across] ?? 0) * (reach + width / 2)
    const y = point[1] + ({ top: -1, bottom: 1 }[up] ?? 0) * (reach + height / 2)
    const box = boxAround([x, y], width, height)
    return { box, cost: 2 * cut(box, area) + covered(box, others) + covered(box, marks) / 2, shift: [x - middle[0], y - middle[1]] }
  })
  return tried.reduce((best, one) => (one.cost < best.cost - 0.01 ? one : best))
}

/** @param {number[]} middle @param {number} width @param {number} height @returns {Box} */
function boxAround([x, y], width, height) {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 }
}

/** @param {Box} box @returns {number} */
function sizeOf(box) {
  return Math.max(1, (box.right - box.left) * (box.bottom - box.top))
}

/** @param {Box} box @param {Box[]} others @returns {number} which share of a box others cover */
function covered(box, others) {
  return others.reduce((sum, other) => sum + overlap(box, other), 0) / sizeOf(box)
}

/** @param {Box} box @param {Box} area @returns {number} which share of a box lies outside of an area */
function cut(box, area) {
  return 1 - overlap(box, area) / sizeOf(box)
}

/** @param {Box} a @param {Box} b @returns {number} the area that both have in common */
function overlap(a, b) {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left)
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
  return width > 0 && height > 0 ? width * height : 0
}
