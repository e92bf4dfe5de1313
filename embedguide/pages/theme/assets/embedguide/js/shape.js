// @ts-check
/** Whether a result that was read has the shape that figures and tables count on: another would be drawn wrong, in silence. */

/** What a trace holds one of for each point; labels may also be one for all. */
const PLACES = ["x", "y", "z"]
const LABELS = ["text", "hovertext", "customdata"]

/**
 * Refuse a result, unpacked, of another shape than `embedguide/results/encoding.py` writes.
 * @param {any} result
 */
export function checkResult(result) {
  if (!isRecord(result)) throw new Error("it holds no result")
  checkRows(result)
  if (result.kind === "figure") checkFigure(result)
}

/** @param {any} result */
function checkRows({ rows = [], columns = [] }) {
  if (!isListOf(columns, isRecord)) throw new Error("its columns are no list of columns")
  if (!isListOf(rows, Array.isArray)) throw new Error("its rows are no lists")
  const short = rows.findIndex((/** @type {any[]} */ row) => row.length !== columns.length)
  if (short >= 0) throw new Error(`its row ${short} has ${rows[short].length} cells for ${columns.length} columns`)
}

/** @param {any} result */
function checkFigure({ plotly, controls = [], states = [], deal }) {
  if (!isListOf(plotly?.data, isRecord)) throw new Error("it holds no figure")
  if (!isRecord(plotly.layout ?? {})) throw new Error("its layout is none")
  if (!isListOf(controls, (control) => isRecord(control) && Array.isArray(control.values ?? []))) throw new Error("its controls are none")
  plotly.data.forEach(checkTrace)
  checkStates(states, plotly.data, deal)
}

/**
 * Refuse states that do not fit the figure whose traces they change.
 * @param {any} states
 * @param {any[]} data the figure's traces
 * @param {any} deal how many of a state's points go to each trace
 */
export function checkStates(states, data, deal) {
  if (!isListOf(states, isRecord)) throw new Error("its states are no list of states")
  const dealt = (deal ?? []).reduce((/** @type {number} */ sum, /** @type {number} */ count) => sum + count, 0)
  for (const state of states) {
    if (!isRecord(state.when ?? {}) || !isRecord(state.layout ?? {}) || !isRecord(state.data ?? {})) throw new Error("one of its states is none")
    for (const [index, change] of Object.entries(state.data ?? {})) {
      if (!data[Number(index)] || !isRecord(change)) throw new Error(`one of its states changes trace ${index}, which it does not have`)
      checkTrace({ ...data[Number(index)], ...change }, Number(index))
    }
    if (state.points && !isListOf(state.points, (axis) => Array.isArray(axis) && axis.length === dealt)) {
      throw new Error(`one of its states does not place the ${dealt} points`)
    }
  }
}

/** @param {any} trace @param {number} index its place; of a heatmap z is a grid */
function checkTrace(trace, index) {
  if (!/^(scatter|bar)/.test(trace.type ?? "scatter")) return
  const places = PLACES.map((axis) => trace[axis] ?? null).filter((part) => part !== null)
  const lists = [...places, ...LABELS.map((key) => trace[key]).filter(Array.isArray)]
  const isRight = places.every(Array.isArray) && new Set(lists.map((list) => list.length)).size <= 1
  if (!isRight) throw new Error(`its trace ${index} has not one place and one label for each point`)
}

/** @param {any} part @returns {boolean} */
function isRecord(part) {
  return part !== null && typeof part === "object" && !Array.isArray(part)
}

/** @param {any} part @param {(item: any) => boolean} isRight */
function isListOf(part, isRight) {
  return Array.isArray(part) && part.every(isRight)
}
