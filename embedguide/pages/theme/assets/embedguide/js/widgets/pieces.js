// @ts-check
/** Pieces of binary files: one range of bytes where the server can, the whole file once where it cannot. */

import { loadBytes } from "../load.js"

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
  const { bytes: got, isWhole } = await loadBytes(url, { from: offset, length })
  if (!isWhole) return got
  whole.set(url, got)
  return got.slice(offset, offset + length)
}
