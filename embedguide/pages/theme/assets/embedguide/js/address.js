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
