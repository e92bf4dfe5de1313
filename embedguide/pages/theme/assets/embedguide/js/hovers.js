// @ts-check
/**
 * Citations and glossary terms that open on hover and on focus, as WCAG 1.4.13 asks: the pointer may move onto what opened,
 * Escape closes it without moving focus, and it stays until the reader leaves. Without scripts they are links.
 */

const PATIENCE = 120
const GAP = 6

/**
 * Start the hovers of the page.
 * @param {AbortSignal} signal
 */
export function startHovers(signal) {
  /** @type {{trigger: HTMLElement, tip: HTMLElement} | null} */
  let open = null
  let timer = 0
  let isGoingBack = false
  const close = () => {
    clearTimeout(timer)
    if (open) open.tip.hidden = true
    open = null
  }
  const show = (/** @type {HTMLElement} */ trigger) => {
    const tip = document.getElementById(trigger.dataset.egTip ?? "")
    if (!tip || open?.trigger === trigger) return
    close()
    open = { trigger, tip }
    tip.hidden = false
    place(trigger, tip)
  }
  const later = (/** @type {() => void} */ act) => {
    clearTimeout(timer)
    timer = setTimeout(act, PATIENCE)
  }
  for (const trigger of document.querySelectorAll("[data-eg-tip]")) {
    if (!(trigger instanceof HTMLElement)) continue
    const tip = document.getElementById(trigger.dataset.egTip ?? "")
    trigger.addEventListener("pointerenter", (event) => { if (event.pointerType !== "touch") later(() => show(trigger)) }, { signal })
    trigger.addEventListener("pointerleave", () => later(close), { signal })
    trigger.addEventListener("focus", () => { if (!isGoingBack) show(trigger) }, { signal })
    trigger.addEventListener("blur", () => later(() => { if (!open?.tip.contains(document.activeElement)) close() }), { signal })
    tip?.addEventListener("pointerenter", () => clearTimeout(timer), { signal })
    tip?.addEventListener("pointerleave", () => later(close), { signal })
    tip?.addEventListener("focusout", () => later(close), { signal })
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return
    const back = open?.tip.contains(document.activeElement) ? open.trigger : null
    close()
    isGoingBack = true
    back?.focus()
    isGoingBack = false
  }, { signal })
  addEventListener("resize", close, { signal })
  addEventListener("scroll", () => { if (open) place(open.trigger, open.tip) }, { signal, passive: true })
}

/**
 * Stand the tip under its trigger, or above where there is more room, inside the window.
 * @param {HTMLElement} trigger
 * @param {HTMLElement} tip
 */
function place(trigger, tip) {
  const at = trigger.getClientRects()[0] ?? trigger.getBoundingClientRect()
  const { offsetWidth: width, offsetHeight: height } = tip
  const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8))
  const isBelow = at.bottom + GAP + height < innerHeight || at.top < height + GAP
  tip.style.left = `${left}px`
  tip.style.top = `${isBelow ? at.bottom + GAP : at.top - GAP - height}px`
}
