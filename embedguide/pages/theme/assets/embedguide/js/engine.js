// @ts-check
/** Plotly, fetched once from this site, and never more of it than a figure's trace types need. */

import { loadText, Unread } from "./load.js"

const BASIC = new Set(["scatter", "bar", "heatmap"])
const POINTS = new Set([...BASIC, "scattergl"])
/** Smallest first; each draws what those before it draw. */
const KINDS = ["basic", "points", "gl"]
/** WebGL contexts that one plot of each kind holds open: a flat one keeps three canvases, a solid one keeps one. */
const FLAT_CONTEXTS = 3
const SOLID_CONTEXTS = 1

/** @type {Map<string, Promise<any>>} */
const engines = new Map()

/**
 * @param {any[]} data traces
 * @returns {string} one of KINDS
 */
export function kindOf(data) {
  const drawnBy = (/** @type {Set<string>} */ types) => data.every((trace) => types.has(trace.type ?? "scatter"))
  return drawnBy(BASIC) ? "basic" : drawnBy(POINTS) ? "points" : "gl"
}

/** @param {any[]} data traces */
export function isSolid(data) {
  return data.some((trace) => /3d$|surface|mesh/.test(trace.type ?? ""))
}

/**
 * How many WebGL contexts a plot of these traces keeps open.
 * @param {any[]} data
 */
export function contextsOf(data) {
  const flat = data.some((trace) => /gl$/.test(trace.type ?? "")) ? FLAT_CONTEXTS : 0
  return flat + (isSolid(data) ? SOLID_CONTEXTS : 0)
}

/** This browser gives no WebGL context, so that Plotly would draw an error of its own over the picture. */
export class NoContext extends Error {
  constructor() {
    super("it needs WebGL, which this browser does not give")
  }
}

/** @type {boolean | undefined} asked once: a page has few contexts to give */
let hasContext

/** @param {any[]} data traces; throws NoContext where they need WebGL and there is none */
export function needContext(data) {
  if (!contextsOf(data)) return
  hasContext ??= Boolean(document.createElement("canvas").getContext("webgl"))
  if (!hasContext) throw new NoContext()
}

/**
 * The Plotly that can draw these traces. The larger one, once there, serves every figure.
 * @param {any[]} data
 * @returns {Promise<any>}
 */
export function loadEngine(data) {
  const kind = kindAtHand(data)
  let pending = engines.get(kind)
  if (!pending) {
    pending = loadScript(addressOf(kind))
    engines.set(kind, pending)
    pending.catch(() => engines.delete(kind))
  }
  return pending
}

/** @param {any[]} data @returns {string} the smallest Plotly that draws these traces, or a larger one that is there already */
function kindAtHand(data) {
  const wanted = KINDS.indexOf(kindOf(data))
  return KINDS.find((one, size) => size >= wanted && engines.has(one)) ?? KINDS[wanted]
}

/** @param {string} kind */
function addressOf(kind) {
  return new URL(`../vendor/plotly-${kind}.min.js`, import.meta.url).href
}

/**
 * The source text of a Plotly that draws these traces.
 * @param {any[]} data
 */
export function engineSource(data) {
  return loadText(addressOf(kindAtHand(data)))
}

/**
 * @param {string} url
 * @returns {Promise<any>}
 */
function loadScript(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script")
    script.src = url
    script.onload = () => {
      /** @type {any} */
      const scope = window
      if (scope.Plotly) resolve(scope.Plotly)
      else reject(new Unread(url, "it defines no Plotly"))
    }
    script.onerror = () => reject(new Unread(url, "it could not be fetched"))
    document.head.append(script)
  })
}

/**
 * The names of trace types that were asked for and did not come: Plotly draws an unknown type as scatter, silently.
 * @param {any} plot the drawn element
 * @param {any[]} data what was asked for
 */
export function missingTypes(plot, data) {
  /** @type {any[]} */
  const full = plot._fullData ?? []
  const asked = data.map((trace) => trace.type ?? "scatter")
  return [...new Set(asked.filter((type, index) => full.some((trace) => trace.index === index && trace.type !== type)))]
}

/**
 * Take a plot away and give its WebGL contexts back at once instead of when the garbage collector comes by.
 * @param {any} engine
 * @param {HTMLElement} plot
 */
export function dispose(engine, plot) {
  for (const canvas of plot.querySelectorAll("canvas")) {
    const context = canvas.getContext("webgl2") ?? canvas.getContext("webgl")
    context?.getExtension("WEBGL_lose_context")?.loseContext()
  }
  engine.purge(plot)
  plot.remove()
}
