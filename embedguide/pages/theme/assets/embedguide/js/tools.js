// @ts-check
/** The buttons of a figure: full screen, pictures, and a link to the present view; those that change the view are view.js. */

import { announce, copyText, flash } from "./dom.js"
import { writeHash } from "./address.js"
import { savePage, wantsLegend } from "./standalone.js"
import { bindView } from "./view.js"

/**
 * Bind the buttons of one panel, and those of the whole figure once.
 * @param {import("./figure.js").Figure} figure
 * @param {HTMLElement} panel
 */
export function bindTools(figure, panel) {
  const { signal } = figure
  const on = (/** @type {Element} */ scope, /** @type {string} */ name, /** @type {(button: HTMLElement) => void} */ act) => {
    const button = scope.querySelector(`[data-tool="${name}"]`)
    if (button instanceof HTMLElement) button.addEventListener("click", () => act(button), { signal })
  }
  bindView(figure, panel)
  on(panel, "full", () => toggleFull(panel))
  panel.addEventListener("fullscreenchange", () => figure.render(false), { signal })
  const full = panel.querySelector('[data-tool="full"]')
  if (full instanceof HTMLElement && !document.fullscreenEnabled) full.hidden = true
  if (figure.root.dataset.egTools) return
  figure.root.dataset.egTools = "bound"
  on(figure.root, "copy", (button) => copyLink(figure, button))
  on(figure.root, "png", () => savePicture(figure, "png"))
  on(figure.root, "svg", () => savePicture(figure, "svg"))
  on(figure.root, "html", (button) => takePage(figure, button))
}

/** @param {HTMLElement} panel */
function toggleFull(panel) {
  if (document.fullscreenElement) document.exitFullscreen()
  else panel.requestFullscreen?.()
}

/**
 * @param {import("./figure.js").Figure} figure
 * @param {HTMLElement} button
 */
async function copyLink(figure, button) {
  const isDone = await copyText(linkTo(figure))
  flash(button, isDone ? "Copied" : "Could not copy")
  announce(isDone ? "Link copied" : "The link could not be copied")
}

/**
 * The address of the present view. It names the model: its reader may have chosen it on another page, and who gets the link yet another.
 * @param {import("./figure.js").Figure} figure
 */
function linkTo(figure) {
  const address = new URL(location.href)
  const model = figure.visiblePanel()?.dataset.model
  const offered = [...document.querySelectorAll("[data-eg-models] input")].map((radio) => /** @type {HTMLInputElement} */ (radio).value)
  if (model && offered.includes(model)) address.searchParams.set("model", model)
  address.hash = ""
  return `${address.href}${writeHash(figure.id, figure.address())}`
}

/**
 * @param {import("./figure.js").Figure} figure
 * @param {"png" | "svg"} format
 */
async function savePicture(figure, format) {
  if (!figure.plot) await figure.draw()
  if (!figure.plot) return
  const { data, layout } = figure.painted()
  const { clientWidth: width, clientHeight: height } = figure.plot
  // On a page the paper shows through; a picture has to bring its own.
  const paper = getComputedStyle(document.body).backgroundColor
  await figure.engine.downloadImage(
    { data, layout: { ...layout, showlegend: wantsLegend(figure, data), paper_bgcolor: paper } },
    { format, width, height, scale: format === "png" ? 2 : 1, filename: figure.root.dataset.name?.replace(/\W+/g, "-") ?? figure.id },
  )
}

/**
 * @param {import("./figure.js").Figure} figure
 * @param {HTMLElement} button
 */
async function takePage(figure, button) {
  if (!figure.plot) await figure.draw()
  if (!figure.plot) return
  try {
    await savePage(figure)
  } catch (problem) {
    flash(button, "Could not save")
    announce("The page could not be made")
    console.warn(`embedguide: ${figure.id}: ${problem instanceof Error ? problem.message : problem}`)
  }
}
