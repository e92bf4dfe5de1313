// @ts-check
/** Results as the generator wrote them: fetching, unpacking, and what a figure shows for given control values. */

import { loadJson, Unread } from "./load.js"
import { checkResult, checkStates } from "./shape.js"

/** @typedef {{id: string, kind: string, label: string, values?: any[], labels?: string[] | null, default?: any, unit?: string | null, drives?: string, shared?: boolean}} Control */
/** @typedef {{name: string, label?: string, unit?: string | null, format?: string | null}} Column */
/** @typedef {{when: Record<string, any>, data?: Record<string, any>, layout?: any, points?: number[][]}} State */
/** @typedef {{control: string, files: Record<string, {file: string}>}} Parts */
/**
 * @typedef {object} Result
 * @property {string} name
 * @property {string} title
 * @property {{data: any[], layout: any}} plotly
 * @property {Control[]} [controls]
 * @property {State[]} [states]
 * @property {Column[]} [columns]
 * @property {any[][]} [rows]
 * @property {{traces: number[]} | null} [find]
 * @property {import("./links.js").Links} [links]
 * @property {number} [names_step] every how many-th token is a point
 * @property {number[]} [deal] how many of a state's points go to each trace
 * @property {Parts} [parts] states that lie in files of their own
 * @property {string} [trail] the control along which a found point leaves a path
 */

/** @type {Map<string, Promise<Result>>} */
const cache = new Map()

/**
 * The result at an address, fetched once per page visit and unpacked.
 * @param {string} url absolute
 * @returns {Promise<Result>}
 */
export function loadResult(url) {
  let pending = cache.get(url)
  if (!pending) {
    pending = contentOf(url).then((content) => {
      const result = unpack(content)
      checkResult(result)
      return result
    })
    cache.set(url, pending)
    pending.catch(() => cache.delete(url))
  }
  return pending
}

/** @param {string} url an address that ends in "#id" names an element of the page that carries the JSON */
async function contentOf(url) {
  const inPage = document.getElementById(new URL(url).hash.slice(1))
  return inPage ? JSON.parse(inPage.dataset.egJson ?? "") : loadJson(url)
}

/** @type {WeakMap<Result, Map<string, Promise<void>>>} the parts of results that were asked for */
const parts = new WeakMap()

/**
 * Fetch what lies in files of its own until all of it is there that the controls need, who may move on meanwhile.
 * @param {Result} result
 * @param {string} url where the result came from
 * @param {() => Record<string, any>} values of the controls now
 */
export async function loadParts(result, url, values) {
  for (let pending = loadPart(result, url, values()); pending; pending = loadPart(result, url, values())) await pending
}

/**
 * Fetch the states that these control values need and that lie in a file of their own.
 * @param {Result} result
 * @param {string} url where the result came from
 * @param {Record<string, any>} values
 * @returns {Promise<void> | null} null when there is nothing to wait for
 */
function loadPart(result, url, values) {
  const wanted = result.parts ? String(values[result.parts.control]) : ""
  const part = result.parts?.files[wanted]
  if (!part) return null
  const asked = parts.get(result) ?? new Map()
  parts.set(result, asked)
  if (!asked.has(wanted)) {
    const pending = statesOf(result, new URL(part.file, url).href).then((states) => {
      result.states = [...(result.states ?? []), ...states]
      asked.set(wanted, null)
    })
    asked.set(wanted, pending)
    pending.catch(() => asked.delete(wanted))
  }
  return asked.get(wanted) ?? null
}

/**
 * @param {Result} result
 * @param {string} url of a file that holds some of its states
 * @returns {Promise<State[]>}
 */
async function statesOf(result, url) {
  const part = await loadJson(url)
  try {
    const states = unpack(part?.states)
    checkStates(states, result.plotly.data, result.deal)
    return states
  } catch (problem) {
    throw new Unread(url, problem instanceof Error ? problem.message : String(problem))
  }
}

/**
 * The same structure with packed integer arrays turned into plain lists of numbers.
 * @param {any} part
 * @returns {any}
 */
export function unpack(part) {
  if (Array.isArray(part)) {
    return part.some((item) => item !== null && typeof item === "object") ? part.map(unpack) : part
  }
  if (part === null || typeof part !== "object") return part
  if (typeof part.bdata === "string" && typeof part.dtype === "string") return unpackArray(part)
  /** @type {Record<string, any>} */
  const copy = {}
  for (const [key, value] of Object.entries(part)) copy[key] = unpack(value)
  return copy
}

/**
 * @param {{dtype: string, bdata: string, shape?: string | number[], scale?: number}} packed little-endian integers
 * @returns {number[] | number[][]}
 */
function unpackArray(packed) {
  if (!/^[iu][12]$/.test(packed.dtype)) throw new Error(`its numbers are packed as ${packed.dtype}`)
  const bytes = Uint8Array.from(atob(packed.bdata), (letter) => letter.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  const width = Number(packed.dtype.slice(-1))
  const isSigned = packed.dtype.startsWith("i")
  const scale = packed.scale ?? 1
  // Dividing by 100 gives 0.07 where multiplying by 0.01 gives 0.07000000000000001.
  const inverse = Math.round(1 / scale)
  const isWhole = scale < 1 && Math.abs(inverse * scale - 1) < 1e-9
  const flat = Array.from({ length: bytes.length / width }, (_, index) => {
    const at = index * width
    const whole = width === 1
      ? (isSigned ? view.getInt8(at) : view.getUint8(at))
      : (isSigned ? view.getInt16(at, true) : view.getUint16(at, true))
    return isWhole ? whole / inverse : whole * scale
  })
  const shape = (Array.isArray(packed.shape) ? packed.shape : String(packed.shape ?? "").split(",")).map(Number)
  if (packed.shape && shape.reduce((product, length) => product * length) !== flat.length) throw new Error("some of its numbers are missing")
  if (shape.length < 2 || !shape[1]) return flat
  return Array.from({ length: shape[0] }, (_, row) => flat.slice(row * shape[1], (row + 1) * shape[1]))
}

/**
 * Deep merge into a copy; lists replace.
 * @param {any} base
 * @param {any} over
 * @returns {any}
 */
export function merge(base, over) {
  if (over === null || typeof over !== "object" || Array.isArray(over)) return over
  if (base === null || typeof base !== "object" || Array.isArray(base)) return over
  const copy = { ...base }
  for (const [key, value] of Object.entries(over)) copy[key] = key in base ? merge(base[key], value) : value
  return copy
}

/**
 * What the figure shows for these control values: its base with every agreeing state merged over it, in order.
 * @param {Result} result
 * @param {Record<string, any>} values
 * @returns {{data: any[], layout: any}}
 */
export function compose(result, values) {
  let data = result.plotly.data
  let layout = result.plotly.layout ?? {}
  for (const state of result.states ?? []) {
    if (!Object.entries(state.when ?? {}).every(([name, value]) => same(values[name], value))) continue
    const changes = state.data ?? {}
    data = data.map((trace, index) => (String(index) in changes ? merge(trace, changes[String(index)]) : trace))
    if (state.points) data = dealt(data, state.points, result.deal ?? [])
    layout = merge(layout, state.layout ?? {})
  }
  return { data, layout }
}

/**
 * Traces with their points where a state puts them: the first ones to the first trace, and so on.
 * @param {any[]} data
 * @param {number[][]} points all x, all y
 * @param {number[]} counts
 */
function dealt(data, [x, y], counts) {
  let from = 0
  return data.map((trace, index) => {
    if (!counts[index]) return trace
    const to = from + counts[index]
    const moved = { ...trace, x: x.slice(from, to), y: y.slice(from, to) }
    from = to
    return moved
  })
}

/**
 * The way of one point through all values of the control that its figure names, as a trace; null where it names none.
 * @param {Result} result
 * @param {Control[]} controls
 * @param {Record<string, any>} values
 * @param {{curve: number, point: number}} marked
 */
export function trail(result, controls, values, { curve, point }) {
  const control = controls.find((one) => one.id === result.trail)
  if (!control) return null
  const steps = (control.values ?? []).map((value) => {
    const { data } = compose(result, { ...values, [control.id]: value })
    return [data[curve]?.x?.[point], data[curve]?.y?.[point], value]
  })
  const now = (control.values ?? []).findIndex((value) => same(value, values[control.id]))
  return {
    type: "scatter", mode: "lines+markers", x: steps.map(([x]) => x), y: steps.map(([, y]) => y), text: steps.map(([, , value]) => String(value)),
    hovertemplate: `${control.label} %{text}<extra></extra>`, showlegend: false, name: "trail", cliponaxis: true,
    line: { color: "@muted", width: 1.5 },
    // Without the last two Plotly makes marks of several sizes pale, with white rings.
    marker: { size: steps.map((_, index) => (index === now ? 9 : 4)), color: "@ink", opacity: 1, line: { width: 0 } },
  }
}

/**
 * @param {any} left
 * @param {any} right
 */
export function same(left, right) {
  return left === right || String(left) === String(right)
}
