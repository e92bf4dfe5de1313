// @ts-check
/** Names of very many points, out of the file of the vocabulary that another chapter ships; read when a large figure is asked for. */

import { loadBytes } from "./load.js"

/**
 * A copy of the result whose first trace carries a name for every point.
 * @param {import("./result.js").Result} result
 * @param {string} url of the file, relative to the page; empty where there is none
 * @returns {Promise<import("./result.js").Result>}
 */
export async function loadNames(result, url) {
  const [first, ...others] = result.plotly.data
  if (Array.isArray(first.text)) return result
  const step = result.names_step ?? 1
  const text = Array.from({ length: first.x.length }, (_, point) => `token ${point * step}`)
  try {
    if (url) readNames(new TextDecoder().decode((await loadBytes(new URL(url, document.baseURI).href)).bytes), text, step)
  } catch (problem) {
    console.warn(`embedguide: names: ${problem instanceof Error ? problem.message : problem}`)
  }
  return { ...result, plotly: { ...result.plotly, data: [{ ...first, text }, ...others] } }
}

/**
 * @param {string} lines `id name` with the id in base 36, as embedguide/analysis/vocabulary.py writes them
 * @param {string[]} names filled in place
 * @param {number} step point 1 is the token with this id
 */
export function readNames(lines, names, step) {
  for (const line of lines.split("\n")) {
    const cut = line.indexOf(" ")
    if (cut < 1) continue
    const point = Number.parseInt(line.slice(0, cut), 36) / step
    if (Number.isInteger(point) && point < names.length) names[point] = line.slice(cut + 1)
  }
}
