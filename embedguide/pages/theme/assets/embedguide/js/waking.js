// @ts-check
/**
 * What of a page is out of sight sleeps while a site comes (`.eg-asleep` on `<html>`, css/guide.css): it has no styles and
 * no layout yet, so the first view is there sooner. Here the sleepers are woken one by one, when nothing else is to do.
 */

const ASLEEP = "eg-asleep"
const SLEEPERS = ".md-sidebar__inner, .eg-figure, .eg-table, .eg-appendix, .eg-figure-list section"

/**
 * Wake what sleeps; long tables sleep on, and only what is in sight of them is laid out, until a place on the page is asked for.
 * @param {AbortSignal} signal aborted when the page is left
 */
export function wakePage(signal) {
  const { classList } = document.documentElement
  if (!classList.contains(ASLEEP)) return
  const wakeAll = () => classList.remove(ASLEEP)
  // Where a link leads to depends on every height above it, and where "back" scrolls to as well.
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("a[href*='#']")) wakeAll()
  }, { capture: true, signal })
  signal.addEventListener("abort", wakeAll)
  wakeNext([...document.querySelectorAll(SLEEPERS)], signal)
}

/**
 * @param {Element[]} sleepers in the order of the page, so that what stands above a reader has its height first
 * @param {AbortSignal} signal
 */
function wakeNext(sleepers, signal) {
  const [first, ...others] = sleepers
  if (!first || signal.aborted) return
  first.setAttribute("data-eg-awake", "")
  ;(window.requestIdleCallback ?? setTimeout)(() => wakeNext(others, signal))
}
