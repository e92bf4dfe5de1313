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
  const hovers = new Hovers()
  for (const trigger of document.querySelectorAll("[data-eg-tip]")) {
    if (trigger instanceof HTMLElement) hovers.listen(trigger, signal)
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hovers.dismiss() }, { signal })
  addEventListener("resize", () => hovers.close(), { signal })
  addEventListener("scroll", () => hovers.follow(), { signal, passive: true })
}

class Hovers {
  constructor() {
    /** @type {{trigger: HTMLElement, tip: HTMLElement} | null} */
    this.open = null
    this.timer = 0
    this.isGoingBack = false
  }

  /**
   * @param {HTMLElement} trigger
   * @param {AbortSignal} signal
   */
  listen(trigger, signal) {
    const tip = tipOf(trigger)
    const leave = () => this.leave()
    trigger.addEventListener("pointerenter", (event) => { if (event.pointerType !== "touch") this.later(() => this.point(trigger)) }, { signal })
    trigger.addEventListener("pointerleave", leave, { signal })
    trigger.addEventListener("focus", () => { if (!this.isGoingBack) this.show(trigger) }, { signal })
    trigger.addEventListener("blur", leave, { signal })
    tip?.addEventListener("pointerenter", () => clearTimeout(this.timer), { signal })
    tip?.addEventListener("pointerleave", leave, { signal })
    tip?.addEventListener("focusout", leave, { signal })
  }

  /** @param {() => void} act */
  later(act) {
    clearTimeout(this.timer)
    this.timer = setTimeout(act, PATIENCE)
  }

  /** Close once neither the pointer nor the focus is on a trigger of the tip or in it. */
  leave() {
    this.later(() => { if (!this.isKept()) this.close() })
  }

  isKept() {
    if (!this.open) return false
    const { tip } = this.open
    // Citations side by side share a tip.
    const triggers = document.querySelectorAll(`[data-eg-tip="${tip.id}"]`)
    return [tip, ...triggers].some((part) => part.matches(":hover") || part.contains(document.activeElement))
  }

  /**
   * The pointer rests on a trigger. It does not close another's tip while the focus is in there: the focus would be lost.
   * @param {HTMLElement} trigger
   */
  point(trigger) {
    if (!this.open?.tip.contains(document.activeElement)) this.show(trigger)
  }

  /** @param {HTMLElement} trigger */
  show(trigger) {
    const tip = tipOf(trigger)
    if (!tip || this.open?.trigger === trigger) return
    this.close()
    this.open = { trigger, tip }
    tip.hidden = false
    place(trigger, tip)
  }

  close() {
    clearTimeout(this.timer)
    if (this.open) this.open.tip.hidden = true
    this.open = null
  }

  /** Close, and give the focus that was in the tip back to its trigger. */
  dismiss() {
    const back = this.open?.tip.contains(document.activeElement) ? this.open.trigger : null
    this.close()
    this.isGoingBack = true
    back?.focus()
    this.isGoingBack = false
  }

  follow() {
    if (this.open) place(this.open.trigger, this.open.tip)
  }
}

/** @param {HTMLElement} trigger */
function tipOf(trigger) {
  return document.getElementById(trigger.dataset.egTip ?? "")
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
