// @ts-check
/** Everything on a page that answers its reader. */

import { startApi } from "./api.js"
import { mendChrome } from "./chrome.js"
import { startFigures } from "./figures.js"
import { startFolds } from "./folds.js"
import { startHovers } from "./hovers.js"
import { startLedger } from "./ledger.js"
import { startTables } from "./tables.js"
import { startWidgets } from "./widgets.js"
import { wakePage } from "./waking.js"

/**
 * Start the page.
 * @param {AbortSignal} signal aborted when the page is left
 */
export function startPage(signal) {
  startFolds(signal)
  startTables(signal)
  startLedger(signal)
  startApi(signal)
  startHovers(signal)
  startFigures(signal)
  startWidgets(signal)
  mendChrome(signal)
  wakePage(signal)
  document.documentElement.dataset.egReady = ""
}
