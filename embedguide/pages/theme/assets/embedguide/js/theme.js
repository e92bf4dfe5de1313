// @ts-check
/** Colours: the site's palette as the generator wrote it, and figures painted with the half that is now active. */

import { loadJson, Unread } from "./load.js"
import { merge } from "./result.js"

/** @typedef {Record<string, any>} Palette names without their "@" -> colour or colour scale */
/** @typedef {{light: Palette, dark: Palette, shapes: string[], layout: any}} Theme */

/** @type {Promise<Theme> | null} */
let pending = null

/** The theme of the figures, fetched once. */
export function loadTheme() {
  pending ??= themeAt(new URL("../../results/theme.json", import.meta.url).href)
  pending.catch(() => { pending = null })
  return pending
}

/** @param {string} url @returns {Promise<Theme>} */
async function themeAt(url) {
  const theme = await loadJson(url)
  if (typeof theme?.light?.ink !== "string" || typeof theme.dark?.ink !== "string") throw new Unread(url, "it holds no palettes")
  return theme
}

/** Paper is white whatever the screen shows. */
let isPrinting = false
addEventListener("beforeprint", () => { isPrinting = true })
addEventListener("afterprint", () => { isPrinting = false })

/** @returns {"light" | "dark"} */
export function scheme() {
  return !isPrinting && document.body.dataset.mdColorScheme === "slate" ? "dark" : "light"
}

/** How much larger than usual the reader has set the text of the browser. */
export function textScale() {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 20 || 1
}

/**
 * Call back whenever the palette changes, and around printing.
 * @param {() => void} callback
 * @param {AbortSignal} signal
 */
export function onScheme(callback, signal) {
  let last = scheme()
  const observer = new MutationObserver(() => {
    if (scheme() === last) return
    last = scheme()
    callback()
  })
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] })
  addEventListener("beforeprint", callback, { signal })
  addEventListener("afterprint", callback, { signal })
  signal.addEventListener("abort", () => observer.disconnect())
}

const COLOR_KEY = /(color|colors|colorscale|colorway)$/i
const FONT_KEY = /font$/i

/**
 * One named colour, such as "@ink" or "@series-3"; anything else comes back as it is.
 * @param {any} name
 * @param {Theme} theme
 * @param {"light" | "dark"} side
 * @param {boolean} isOfWords words take a colour of their own where there is one: they need more contrast than marks
 */
function color(name, theme, side, isOfWords) {
  if (typeof name !== "string" || !name.startsWith("@")) return name
  const plain = theme[side][name.slice(1)] ?? theme[side].ink
  return isOfWords ? theme[side][`${name.slice(1)}-text`] ?? plain : plain
}

/**
 * A copy of a Plotly trace or layout with every named colour resolved. Data arrays are shared, not copied.
 * @param {any} part
 * @param {Theme} theme
 * @param {"light" | "dark"} side
 * @param {boolean} [inColor] whether this part hangs under a colour key
 * @param {boolean} [inFont] whether it hangs under a font
 * @returns {any}
 */
export function paint(part, theme, side, inColor = false, inFont = false) {
  if (inColor && typeof part === "string") return color(part, theme, side, inFont)
  if (Array.isArray(part)) {
    // A step of a color scale, [0.5, "@band"], begins with a number as a list of values does.
    const holds = inColor ? typeof part[0] !== "number" || typeof part[1] === "string" : part[0] !== null && typeof part[0] === "object"
    return holds ? part.map((item) => paint(item, theme, side, inColor, inFont)) : part
  }
  if (part === null || typeof part !== "object" || ArrayBuffer.isView(part)) return part
  /** @type {Record<string, any>} */
  const copy = {}
  for (const [key, value] of Object.entries(part)) {
    copy[key] = paint(value, theme, side, COLOR_KEY.test(key), inFont || FONT_KEY.test(key))
  }
  return copy
}

/**
 * The Plotly template of one palette: the theme's layout, and what Plotly would otherwise colour by itself.
 * @param {Theme} theme
 * @param {"light" | "dark"} side
 */
export function template(theme, side) {
  const { ink, muted } = theme[side]
  const layout = paint(theme.layout ?? {}, theme, side)
  // Measuring in every frame whether a tick's label leaves the plot costs more than all else that a moving axis costs.
  const axis = { tickfont: { color: muted }, ticklabeloverflow: "allow", title: { font: { color: ink, size: 14 * textScale() } } }
  const { ticklabeloverflow, ...still } = axis
  const solid = { ...still, gridcolor: theme[side].faint, zeroline: false, showbackground: false, showspikes: false }
  const bar = { outlinewidth: 0, thickness: 10, tickfont: { color: muted }, title: { font: { color: ink } } }
  return {
    layout: {
      ...layout,
      // Thin spaces in thousands, as in the prose and the tables.
      separators: ".\u202f",
      font: { ...layout.font, size: (layout.font?.size ?? 14) * textScale() },
      colorway: Array.from({ length: 9 }, (_, index) => theme[side][`series-${index}`] ?? ink),
      coloraxis: { colorbar: bar },
      xaxis: merge(axis, layout.xaxis ?? {}),
      yaxis: merge(axis, layout.yaxis ?? {}),
      scene: merge({ xaxis: solid, yaxis: solid, zaxis: solid }, layout.scene ?? {}),
      annotationdefaults: { font: { color: ink }, arrowcolor: muted, arrowwidth: 1, arrowhead: 0 },
      shapedefaults: { line: { color: muted, width: 1 } },
    },
    data: { heatmap: [{ colorscale: theme[side].sequential, colorbar: bar }] },
  }
}
