// @ts-check
/** Rows as a CSV file that no spreadsheet takes for a program. */

/**
 * What spreadsheets take for the beginning of a formula, behind what they may drop: OWASP's list for CSV injection, the
 * full-width forms included, which they turn into the plain ones.
 */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u

/**
 * @param {string[]} header
 * @param {any[][]} rows
 */
export function toCsv(header, rows) {
  return [header, ...rows].map((row) => row.map(csvField).join(",")).join("\r\n") + "\r\n"
}

/**
 * One field. Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers.
 * @param {any} value
 */
export function csvField(value) {
  if (value === null || value === undefined) return ""
  if (typeof value === "number" || typeof value === "boolean") return String(value)
  const text = typeof value === "string" ? value : JSON.stringify(value)
  const safe = FORMULA.test(text) ? `'${text}` : text
  // A reader's spreadsheet may cut at semicolons and tabs as well, and a formula may stand behind one.
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}
