// @ts-check
/** The guide's scripts, started again for every page that instant navigation brings. */

import { mendChrome } from "./chrome.js"
import { startFigures } from "./figures.js"
import { startHovers } from "./hovers.js"
import { startModels } from "./models.js"
import { startTables } from "./tables.js"
import { startWidgets } from "./widgets.js"

/** @type {AbortController | null} */
let page = null

function start() {
  page?.abort()
  page = new AbortController()
  const { signal } = page
  startModels(signal)
  startTables(signal)
  startHovers(signal)
  startFigures(signal)
  startWidgets(signal)
  mendChrome(signal)
}

/** @type {any} */
const scope = window
if (scope.document$) scope.document$.subscribe(start)
else start()
