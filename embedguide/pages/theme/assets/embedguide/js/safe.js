// @ts-check
/** Labels out of vocabularies, made safe to draw: Plotly reads "<b>" and "&lt;" in labels as markup, tokens are plain text. */

const LONGEST = 120
const LABELS = ["text", "hovertext", "customdata", "x", "y", "z", "name", "labels"]
const AXIS_LABELS = ["ticktext", "categoryarray"]

/**
 * Plain text as Plotly must be given it to show just that, cut where nobody reads on.
 * @param {string} text
 */
export function plain(text) {
  const letters = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
  return letters.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
}

/** @type {WeakMap<any[], any[]>} lists of labels as they were made safe before: a step of a slider has most of them again */
const known = new WeakMap()

/**
 * @param {any} part a label, or lists of labels
 * @returns {any}
 */
function plainDeep(part) {
  if (typeof part === "string") return plain(part)
  if (!Array.isArray(part) || typeof part[0] === "number") return part
  const safe = known.get(part) ?? part.map(plainDeep)
  known.set(part, safe)
  return safe
}

/**
 * Copies of the traces and the layout in which every label that comes from data is shown as it is.
 * Titles, annotations and hover templates are an author's own words and may hold markup.
 * @param {{data: any[], layout: any}} figure
 * @returns {{data: any[], layout: any}}
 */
export function withPlainLabels({ data, layout }) {
  const safe = data.map((trace) => {
    const copy = { ...trace }
    for (const key of LABELS) if (key in copy) copy[key] = plainDeep(copy[key])
    return copy
  })
  const safeLayout = { ...layout }
  for (const key of Object.keys(safeLayout).filter((name) => /^[xy]axis\d*$/.test(name))) {
    const axis = { ...safeLayout[key] }
    for (const labels of AXIS_LABELS) if (labels in axis) axis[labels] = plainDeep(axis[labels])
    safeLayout[key] = axis
  }
  return { data: safe, layout: safeLayout }
}

/**
 * What a person would call this point: its text, or the first of its custom data.
 * @param {any} trace
 * @param {number} index
 * @returns {string | null}
 */
export function labelOf(trace, index) {
  const text = Array.isArray(trace.text) ? trace.text[index] : null
  if (typeof text === "string" && text) return text
  const custom = trace.customdata?.[index]
  const first = Array.isArray(custom) ? custom[0] : custom
  return typeof first === "string" && first ? first : null
}
