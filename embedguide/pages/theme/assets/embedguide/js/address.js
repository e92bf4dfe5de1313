// @ts-check
/** The state of a figure in the address: "#fig-layers-map?layer=7&feeding=alone&find=months". */

/**
 * @param {string} hash with its "#"
 * @returns {{id: string, wanted: URLSearchParams} | null} null when the hash names no element's state
 */
export function readHash(hash) {
  const [id, query = ""] = hash.replace(/^#/, "").split(/\?(.*)/s)
  if (!/^(fig|table|widget)-[\w.-]+$/.test(id)) return null
  return { id, wanted: new URLSearchParams(query) }
}

/**
 * The element that a hash names, or null: an address may hold any "%", also one that stands for no letter.
 * @param {string} hash with its "#"
 * @returns {HTMLElement | null}
 */
export function targetOf(hash) {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)))
  } catch {
    return null
  }
}

/** How much of a foreign value a sentence repeats. */
const LONGEST = 40

/**
 * A value out of an address, fit to stand within a sentence: cut, and without signs that are not seen or turn the words after them.
 * @param {string} value
 */
export function quoted(value) {
  const letters = [...value.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "")]
  return `“${letters.length > LONGEST ? `${letters.slice(0, LONGEST).join("")}…` : letters.join("")}”`
}

/**
 * @param {string} id
 * @param {Iterable<[string, string]>} state
 */
export function writeHash(id, state) {
  const query = new URLSearchParams([...state]).toString()
  return `#${id}${query ? `?${query}` : ""}`
}

/**
 * Put the state into the address without a new entry in the history.
 * @param {string} hash
 */
export function replaceHash(hash) {
  if (location.hash === hash) return
  history.replaceState(history.state, "", `${location.pathname}${location.search}${hash}`)
}
