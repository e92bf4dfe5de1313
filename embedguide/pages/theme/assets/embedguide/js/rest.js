// @ts-check
/**
 * Large clouds answer a pointer that rests, not one that passes: each answer draws the whole cloud again, and where the
 * processor does the drawing that takes longer than the pointer takes to move on.
 */

/** From so many points on, ms of rest before the cloud is asked what lies under the pointer. */
const MANY = 10000
const REST = 160

/** @param {any[]} data traces */
export function isLarge(data) {
  return data.some((trace) => /3d$/.test(trace.type ?? "") && (trace.x?.length ?? 0) >= MANY)
}

/**
 * Hold back the moves of a pointer over a plot until it rests. Drags pass: they turn the cloud.
 * @param {HTMLElement} plot
 */
export function hoverAtRest(plot) {
  let timer = 0
  plot.addEventListener("mousemove", (event) => {
    if (!event.isTrusted) return // the one that is sent on below
    clearTimeout(timer)
    if (event.buttons) return
    event.stopPropagation()
    const { target, clientX, clientY, screenX, screenY } = event
    timer = setTimeout(() => {
      if (plot.isConnected) target?.dispatchEvent(new MouseEvent("mousemove", { bubbles: true, clientX, clientY, screenX, screenY }))
    }, REST)
  }, { capture: true })
  plot.addEventListener("mouseleave", () => clearTimeout(timer))
}
