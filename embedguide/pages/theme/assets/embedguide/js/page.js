// @ts-check
/** Everything on a page that answers its reader. */

import { mendChrome } from "./chrome.js"
import { startFigures } from "./figures.js"
import { startHovers } from "./hovers.js"
import { startTables } from "./tables.js"
import { startWidgets } from "./widgets.js"

/**
 * Start the page.
 * @param {AbortSignal} signal aborted when the page is left
 */
export function startPage(signal) {
  startTables(signal)
  startHovers(signal)
  startFigures(signal)
  startWidgets(signal)
  mendChrome(signal)
}
