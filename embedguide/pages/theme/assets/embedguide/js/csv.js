// @ts-check
/** Rows as a CSV file that no spreadsheet takes for a program. */

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
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}
