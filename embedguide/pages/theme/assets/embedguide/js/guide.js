// @ts-check
/**
 * The guide's scripts, started again for every page that instant navigation brings.
 * The model comes first, because it decides which numbers are read; everything else waits until the page has loaded.
 */

import { startModels } from "./models.js"

/** @type {AbortController | null} */
let page = null

/** Once the page and its style sheets are there and nothing more urgent is at hand. */
const loaded = new Promise((resolve) => {
  const idle = () => (window.requestIdleCallback ?? setTimeout)(resolve, { timeout: 400 })
  if (document.readyState === "complete") idle()
  else addEventListener("load", idle, { once: true })
})

async function start() {
  page?.abort()
  page = new AbortController()
  const { signal } = page
  startModels(signal)
  await loaded
  const { startPage } = await import("./page.js")
  if (!signal.aborted) startPage(signal)
}

/** @type {any} */
const scope = window
if (scope.document$) scope.document$.subscribe(start)
else start()
