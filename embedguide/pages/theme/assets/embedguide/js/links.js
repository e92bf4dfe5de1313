// @ts-check
/** Where a map lies: lines from the point under the cursor to the points that are near it in the space. */

/** @typedef {{traces: number[], to: number[][], label: string}} Links points are numbered through the traces in order */
/** @typedef {{curve: number, point: number}} Place */

/**
 * @param {any[]} data
 * @param {Links} links
 * @param {Place} place
 * @returns {number} the number of a point, or -1 where it is none of the linked ones
 */
export function numberOf(data, links, place) {
  let before = 0
  for (const curve of links.traces) {
    if (curve === place.curve) return before + place.point
    before += data[curve]?.x?.length ?? 0
  }
  return -1
}

/**
 * @param {any[]} data
 * @param {Links} links
 * @param {number} number
 * @returns {Place | null}
 */
export function placeOf(data, links, number) {
  let before = 0
  for (const curve of links.traces) {
    const count = data[curve]?.x?.length ?? 0
    if (number < before + count) return { curve, point: number - before }
    before += count
  }
  return null
}

/**
 * The coordinates of the lines from one point: pairs of ends with gaps between them.
 * @param {any[]} data
 * @param {Links} links
 * @param {Place | null} from
 * @returns {{x: (number | null)[], y: (number | null)[], z?: (number | null)[]}}
 */
export function linesFrom(data, links, from) {
  const axes = /** @type {("x" | "y" | "z")[]} */ (isSolid(data, links) ? ["x", "y", "z"] : ["x", "y"])
  const lines = /** @type {any} */ (Object.fromEntries(axes.map((axis) => [axis, []])))
  const number = from ? numberOf(data, links, from) : -1
  if (!from || number < 0) return lines
  for (const other of links.to[number] ?? []) {
    const end = placeOf(data, links, other)
    if (!end) continue
    for (const axis of axes) lines[axis].push(data[from.curve][axis][from.point], data[end.curve][axis][end.point], null)
  }
  return lines
}

/**
 * @param {any[]} data
 * @param {Links} links
 */
function isSolid(data, links) {
  return /3d$/.test(data[links.traces[0]]?.type ?? "")
}

/**
 * The trace of the lines; it stands in every linked figure, empty where no point is looked at.
 * @param {any[]} data
 * @param {Links} links
 * @param {Place | null} from
 */
export function linkTrace(data, links, from) {
  return {
    type: isSolid(data, links) ? "scatter3d" : "scatter", mode: "lines", ...linesFrom(data, links, from),
    line: { color: "@ink", width: 1.5, dash: "dot" }, hoverinfo: "skip", showlegend: false, name: links.label,
  }
}

export class LinkLines {
  /**
   * @param {import("./figure.js").Figure} figure
   * @param {Links} links
   */
  constructor(figure, links) {
    this.figure = figure
    this.links = links
    /** @type {Place | null} the point under the cursor */
    this.from = null
    figure.plot.on("plotly_hover", (/** @type {any} */ event) => {
      const hit = event.points?.[0]
      if (hit) this.show({ curve: hit.curveNumber, point: hit.pointNumber ?? hit.pointIndex })
    })
    figure.plot.on("plotly_unhover", () => this.show(null))
  }

  /** @param {Place | null} from draw the lines of a point, or those of the marked point when the cursor has left */
  show(from) {
    const { data } = this.figure.composed()
    if (from && numberOf(data, this.links, from) < 0) return
    this.from = from
    const lines = linesFrom(data, this.links, from ?? this.figure.marked)
    const change = Object.fromEntries(Object.entries(lines).map(([axis, values]) => [axis, [values]]))
    this.figure.engine.restyle(this.figure.plot, change, [data.length])
  }
}
