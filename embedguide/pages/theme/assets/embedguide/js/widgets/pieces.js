// @ts-check
/** Pieces of binary files: one range of bytes where the server can, the whole file once where it cannot. */

/** @type {Map<string, ArrayBuffer>} */
const whole = new Map()

/** @param {string | undefined} address relative to the page @returns {string} absolute */
export function base(address) {
  return new URL(address ?? "", document.baseURI).href
}

/**
 * @param {string} url absolute
 * @param {number} offset
 * @param {number} length
 * @returns {Promise<ArrayBuffer>}
 */
export async function bytes(url, offset, length) {
  const known = whole.get(url)
  if (known) return known.slice(offset, offset + length)
  const answer = await fetch(url, { headers: { Range: `bytes=${offset}-${offset + length - 1}` } })
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
  const got = await answer.arrayBuffer()
  if (answer.status === 206) return got
  whole.set(url, got)
  return got.slice(offset, offset + length)
}
