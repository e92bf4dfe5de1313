// @ts-check
/** All figures of a page: which are drawn, which are put away, and what the address says of them. */

import { readHash, replaceHash, writeHash } from "./address.js"
import { announce, isMotionReduced } from "./dom.js"
import { contextsOf } from "./engine.js"
import { Figure } from "./figure.js"
import { answerRequests } from "./requests.js"
import { onScheme } from "./theme.js"

const NEAR = "500px 0px"
const FAR = "3000px 0px"
const MOST_CONTEXTS = 3
/** A figure that shows its picture already can wait this long for a first sign of its reader, ms. */
const PATIENCE = 3500
const SIGNS = ["pointermove", "pointerdown", "touchstart", "wheel", "scroll", "keydown", "focusin"]

/**
 * Start the figures of the page.
 * @param {AbortSignal} signal aborted when the page is left
 */
export function startFigures(signal) {
  /** @type {Map<Element, Figure>} */
  const figures = new Map()
  const hooks = {
    changed: (/** @type {Figure} */ figure) => {
      replaceHash(writeHash(figure.id, figure.address()))
      const { controls } = figure
      if (controls?.shared().length) for (const other of figures.values()) if (other !== figure) other.follow(controls)
    },
  }
  for (const root of document.querySelectorAll("[data-eg-figure]")) {
    if (root instanceof HTMLElement) figures.set(root, new Figure(root, signal, hooks))
  }
  const raise = async (/** @type {Figure} */ figure) => {
    await figure.draw()
    keepContexts(figure, [...figures.values()])
  }
  const isReaderHere = readerSign()
  watch(figures, async (figure) => {
    if (hasPicture(figure)) await isReaderHere
    raise(figure)
  }, signal)
  onScheme(() => { for (const figure of figures.values()) figure.repaint() }, signal)
  document.addEventListener("eg:model", () => {
    for (const figure of figures.values()) if (["drawn", "failed", "loading"].includes(figure.state ?? "")) raise(figure)
  }, { signal })
  answerRequests(figures, raise, signal)
  followAddress(figures, signal)
  signal.addEventListener("abort", () => { for (const figure of figures.values()) figure.purge() })
}

/** @type {Promise<void> | null} */
let reader = null

/**
 * A site that has just come is given to its reader first: pictures stand, Plotly waits for a sign of life or for calm.
 * Whoever came by instant navigation has given that sign.
 */
function readerSign() {
  reader ??= new Promise((resolve) => {
    const now = () => resolve()
    for (const sign of SIGNS) addEventListener(sign, now, { once: true, passive: true })
    if (scrollY > 0 || location.hash) now()
    setTimeout(now, PATIENCE)
  })
  return reader
}

/** @param {Figure} figure */
function hasPicture(figure) {
  return Boolean(figure.visiblePanel()?.querySelector(".eg-static img"))
}

/**
 * Draw what comes near the viewport, put away what is far from it.
 * @param {Map<Element, Figure>} figures
 * @param {(figure: Figure) => void} raise
 * @param {AbortSignal} signal
 */
function watch(figures, raise, signal) {
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const figure = figures.get(entry.target)
      if (figure && entry.isIntersecting) raise(figure)
    }
  }, { rootMargin: NEAR })
  const far = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const figure = figures.get(entry.target)
      // One that failed is tried again when its reader comes back.
      if (["drawn", "failed"].includes(figure?.state ?? "") && !entry.isIntersecting && !document.fullscreenElement) figure?.purge()
    }
  }, { rootMargin: FAR })
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const figure = figures.get(entry.target)
      if (!figure) continue
      figure.isSeen = entry.isIntersecting
      if (!figure.isSeen) {
        figure.controls?.stop?.()
        continue
      }
      // Put away for another figure's sake while it stood just outside: once in sight, it is drawn again.
      if (figure.state === "purged") raise(figure)
      else figure.catchUp()
    }
  })
  const observers = [near, far, seen]
  for (const root of figures.keys()) for (const observer of observers) observer.observe(root)
  signal.addEventListener("abort", () => { for (const observer of observers) observer.disconnect() })
}

/**
 * Keep the WebGL contexts of the page within what browsers allow: the figures farthest away go first.
 * @param {Figure} newest
 * @param {Figure[]} figures
 */
function keepContexts(newest, figures) {
  const cost = (/** @type {Figure} */ figure) => contextsOf(figure.result?.plotly.data ?? [])
  if (!cost(newest)) return
  const distance = (/** @type {Figure} */ figure) => Math.abs(figure.root.getBoundingClientRect().top - newest.root.getBoundingClientRect().top)
  const alive = figures.filter((figure) => figure.state === "drawn" && cost(figure)).sort((left, right) => distance(left) - distance(right))
  let sum = 0
  for (const figure of alive) {
    sum += cost(figure)
    if (sum <= MOST_CONTEXTS || figure === newest) continue
    figure.purge()
    figure.root.addEventListener("pointerenter", () => { figure.draw().then(() => keepContexts(figure, figures)) }, { once: true })
  }
}

/**
 * Set figures to what the address or a phrase in the text names.
 * @param {Map<Element, Figure>} figures
 * @param {AbortSignal} signal
 */
function followAddress(figures, signal) {
  const go = (/** @type {boolean} */ isScrolled) => {
    const target = readHash(location.hash)
    const root = target && document.getElementById(target.id)
    const figure = root && figures.get(root)
    if (!figure || !target) return
    figure.apply(target.wanted)
    if (isScrolled) reveal(figure)
  }
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a.eg-view") : null
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0
    if (!(link instanceof HTMLAnchorElement) || !isPlain) return
    const target = link.pathname === location.pathname ? readHash(link.hash) : null
    const root = target && document.getElementById(target.id)
    if (!target || !root || !figures.has(root)) return
    // Ahead of the browser and of instant navigation, which would look for an element of that whole name.
    event.preventDefault()
    event.stopPropagation()
    if (location.hash !== link.hash) history.pushState(history.state, "", link.hash)
    go(true)
    if (figures.get(root)?.state === "failed") return
    announce(`${root.querySelector(".eg-anchor")?.textContent ?? "The figure"} now shows: ${link.textContent}`)
  }, { capture: true, signal })
  addEventListener("popstate", () => go(!hasPlace()), { signal })
  addEventListener("hashchange", () => go(!hasPlace()), { signal })
  go(location.hash.includes("?") && !hasPlace())
}

/** Where a reader has been before, Material keeps the place in the history and goes back to it: to a figure moved there would be wrong. */
function hasPlace() {
  return history.state?.y > 0
}

/** @param {Figure} figure bring the plot into sight when it is not */
function reveal(figure) {
  const box = figure.root.getBoundingClientRect()
  const isSeen = box.top >= 40 && box.top + Math.min(box.height, 320) <= innerHeight
  if (!isSeen) figure.root.scrollIntoView({ behavior: isMotionReduced() ? "auto" : "smooth", block: "start" })
}
