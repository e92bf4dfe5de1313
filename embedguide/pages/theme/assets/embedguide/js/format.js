// @ts-check
/** Numbers as the guide writes them: the part of Python's format language that results use. */

const SPEC = /^([+])?(,)?(?:\.(\d+))?([fdges%])?$/

/**
 * A cell as text: numbers by the column's format, with a real minus sign and thin spaces between thousands.
 * @param {any} value
 * @param {{format?: string | null}} column
 * @returns {string}
 */
export function cellText(value, column) {
  if (value === null || value === undefined) return "–"
  if (typeof value === "boolean") return value ? "yes" : "no"
  if (typeof value !== "number") return String(value)
  return pretty(byFormat(value, column.format ?? ""))
}

/**
 * @param {number} value
 * @param {string} format
 */
function byFormat(value, format) {
  const [, sign, comma, digits, kind] = SPEC.exec(format) ?? []
  const places = digits === undefined ? undefined : Number(digits)
  let text
  if (kind === "%") text = `${(value * 100).toFixed(places ?? 0)}\u202f%`
  else if (kind === "f") text = value.toFixed(places ?? 6)
  else if (kind === "d") text = value.toFixed(0)
  else if (kind === "e") text = value.toExponential(places ?? 6)
  else text = String(Number(value.toPrecision(places ?? 4)))
  if (comma) text = text.replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, "\u202f"))
  return sign && value >= 0 ? `+${text}` : text
}

/** @param {string} text */
function pretty(text) {
  return text.replace(/^-/, "−")
}
