// @ts-check
/** One figure: its result, its plot, its controls, and the life between being drawn and being put away. */

import { Controls } from "./controls.js"
import { announce } from "./dom.js"
import { dispose, loadEngine, missingTypes } from "./engine.js"
import { bindFind } from "./find.js"
import { Inspector } from "./inspect.js"
import { Legend } from "./legend.js"
import { LinkLines } from "./links.js"
import { watchLabels } from "./labels.js"
import { loadNames } from "./names.js"
import { canTween, paintedFigure } from "./painted.js"
import { hoverAtRest, isLarge } from "./rest.js"
import { compose, loadPart, loadResult } from "./result.js"
import { loadTheme } from "./theme.js"
import { bindTools } from "./tools.js"

const TWEEN = 220
const CONFIG = {
  displayModeBar: false, showSendToCloud: false, displaylogo: false, scrollZoom: false, responsive: false,
  doubleClick: "reset+autosize", showTips: false,
}

export class Figure {
  /**
   * @param {HTMLElement} root the <figure>
   * @param {AbortSignal} signal aborted when the page is left
   * @param {{changed: (figure: Figure) => void}} hooks
   */
  constructor(root, signal, hooks) {
    this.root = root
    this.id = root.id
    this.signal = signal
    this.hooks = hooks
    /** @type {URLSearchParams} what the address asked for before the controls were there */
    this.wanted = new URLSearchParams()
    /** @type {{curve: number, point: number} | null} */
    this.marked = null
    /** @type {Set<number>} traces that the legend switched off */
    this.off = new Set()
    /** @type {HTMLElement | null} */
    this.panel = null
    /** @type {any} */
    this.plot = null
    /** @type {any} */
    this.engine = null
    /** @type {import("./result.js").Result | null} */
    this.result = null
    /** @type {import("./theme.js").Theme | null} */
    this.theme = null
    /** @type {Controls | null} */
    this.controls = null
    /** @type {LinkLines | null} */
    this.lines = null
    /** Counts the attempts to draw, so that one which was overtaken gives up. */
    this.turn = 0
    this.size = ""
    this.frame = 0
    this.status("idle")
  }

  /** @param {"idle" | "loading" | "drawn" | "purged" | "failed"} now */
  status(now) {
    this.root.dataset.egState = now
  }

  get state() {
    return this.root.dataset.egState
  }

  /** @returns {HTMLElement | null} the panel of the model now shown */
  visiblePanel() {
    const panel = this.root.querySelector(":scope > .eg-panel:not([hidden])")
    return panel instanceof HTMLElement ? panel : null
  }

  /** Fetch what is needed and draw; a second call while drawing, or when drawn, does nothing. */
  async draw() {
    const panel = this.visiblePanel()
    if (!panel || this.signal.aborted) return
    // A large figure waits until its reader asks for it.
    if (panel.dataset.egWaits !== undefined) return
    if (this.panel === panel && ["loading", "drawn", "failed"].includes(this.state ?? "")) return
    this.purge()
    const turn = ++this.turn
    this.panel = panel
    this.status("loading")
    const url = this.url()
    try {
      const [bare, theme] = await Promise.all([loadResult(url), loadTheme()])
      const result = panel.dataset.names === undefined ? bare : await loadNames(bare, panel.dataset.names)
      const engine = await loadEngine(result.plotly.data)
      if (turn !== this.turn || this.signal.aborted) return
      Object.assign(this, { result, theme, engine })
      await this.raise(panel)
    } catch (problem) {
      if (turn === this.turn) this.fail(url, problem)
    }
  }

  /** Where the shown panel's result lies. */
  url() {
    return new URL(this.panel?.dataset.json ?? "", location.href).href
  }

  /** @param {HTMLElement} panel draw into a panel for the first time */
  async raise(panel) {
    this.prepare(panel)
    const stage = panel.querySelector(".eg-stage")
    const summary = panel.querySelector(".eg-summary")
    this.plot = document.createElement("div")
    this.plot.className = "eg-plot"
    this.plot.setAttribute("role", "img")
    this.plot.setAttribute("aria-label", panel.dataset.alt ?? "")
    if (summary) this.plot.setAttribute("aria-describedby", summary.id)
    if (isLarge(this.result?.plotly.data ?? [])) hoverAtRest(this.plot)
    stage?.append(this.plot)
    this.legend = new Legend(this, panel)
    this.inspector = new Inspector(this, panel)
    const { turn } = this
    await this.render(false)
    // Put away, and perhaps begun anew, in the meantime: what is on the stage now is another attempt's.
    if (turn !== this.turn) return
    stage?.classList.add("eg-stage--live")
    watchLabels(this.plot)
    this.status("drawn")
    this.inspector.listen(this.plot)
    this.lines = this.result?.links ? new LinkLines(this, this.result.links) : null
    this.size = `${this.plot.clientWidth} ${this.plot.clientHeight}`
    this.resizer = new ResizeObserver(() => this.resized())
    this.resizer.observe(this.plot)
    this.warnMissing()
    if (this.wanted.get("find")) this.find?.choose(this.wanted.get("find") ?? "", false)
  }

  /** @param {HTMLElement} panel bind the inputs of a panel, once */
  prepare(panel) {
    /** @type {any} */
    const owner = panel
    if (owner.egBound) {
      this.controls = owner.egBound.controls
      this.find = owner.egBound.find
    } else {
      this.controls = new Controls(panel, this.result?.controls ?? [], () => this.changed(), this.signal)
      this.find = bindFind(this, panel)
      bindTools(this, panel)
      owner.egBound = { controls: this.controls, find: this.find }
    }
    if ([...this.wanted.keys()].length) this.set(this.wanted)
    else this.say("")
  }

  /** @param {URLSearchParams} wanted set the controls as an address says, and say what it asks for in vain */
  set(wanted) {
    this.controls?.apply(wanted)
    this.say(this.controls?.problem(wanted) ?? "")
  }

  /** @param {string} sentence what readers have to know about this figure now; empty takes it away */
  say(sentence) {
    const place = this.panel?.querySelector("[data-eg-problem]")
    if (!(place instanceof HTMLElement)) return
    place.textContent = sentence
    place.hidden = !sentence
    if (sentence) announce(sentence)
  }

  /** A reader moved a control. */
  changed() {
    this.say("")
    if (!this.result?.trail) this.unmark()
    // A slider reports more often than the screen shows.
    if (this.frame) return
    this.frame = requestAnimationFrame(() => {
      this.frame = 0
      this.render(true)
      this.hooks.changed(this)
    })
  }

  unmark() {
    this.marked = null
    this.inspector?.close()
  }

  /** @param {import("./controls.js").Controls} controls another figure's, whose shared controls this figure follows */
  async follow(controls) {
    const shared = controls.shared()
    if (this.state !== "drawn") for (const [id, value] of shared) this.wanted.set(id, value)
    else if (this.controls?.follow(shared)) await this.render(true)
  }

  /** The figure as its controls now say, before colours. */
  composed() {
    if (!this.result) return { data: [], layout: {} }
    return compose(this.result, this.controls?.values() ?? {})
  }

  /** @param {boolean} isTweened */
  async render(isTweened) {
    if (!await this.fetchPart() || !this.plot) return
    const { data, layout } = this.painted()
    if (isTweened && canTween(data)) layout.transition = { duration: TWEEN, easing: "cubic-in-out" }
    await this.engine.react(this.plot, data, layout, CONFIG)
  }

  /** The states for the present controls are there; false, and a sentence, where they cannot be had. */
  async fetchPart() {
    const { result, turn } = this
    try {
      for (;;) {
        const pending = result && loadPart(result, this.url(), this.controls?.values() ?? {})
        if (!pending) return turn === this.turn
        await pending
      }
    } catch (problem) {
      this.say("This view could not be fetched, so the figure shows the one before.")
      console.warn(`embedguide: ${this.id}: ${problem instanceof Error ? problem.message : problem}`)
      return false
    }
  }

  /** Ready for Plotly, in the colours of the active palette. */
  painted() {
    return paintedFigure(this)
  }

  /** @param {{curve: number, point: number} | null} point */
  async mark(point) {
    this.marked = point
    await this.render(false)
  }

  /** The state as the address carries it. @returns {[string, string][]} */
  address() {
    const found = this.find?.chosen
    return [...(this.controls?.changes() ?? []), ...(found ? [/** @type {[string, string]} */ (["find", found])] : [])]
  }

  /** @param {URLSearchParams} wanted set the state that an address or a phrase names; what is unknown goes to its default */
  async apply(wanted) {
    this.wanted = wanted
    if (this.state !== "drawn") return
    this.set(wanted)
    const label = wanted.get("find")
    if (!label) this.find?.clear()
    this.marked = null
    await this.render(true)
    if (label) this.find?.choose(label, false)
  }

  /** The plot's box changed: titles may need other lines. The first report comes at once and changes nothing. */
  resized() {
    const size = `${this.plot?.clientWidth} ${this.plot?.clientHeight}`
    if (this.state !== "drawn" || size === this.size || !this.plot?.clientWidth) return
    this.size = size
    this.render(false)
  }

  repaint() {
    if (this.state === "drawn") this.render(false)
  }

  warnMissing() {
    const missing = missingTypes(this.plot, this.result?.plotly.data ?? [])
    if (missing.length) console.warn(`embedguide: ${this.id} asks for ${missing.join(", ")}, which this Plotly cannot draw`)
  }

  /** Put the plot away; the static part stands again and the state is kept. */
  purge() {
    if (this.state === "drawn") this.wanted = new URLSearchParams(this.address())
    this.turn += 1
    this.resizer?.disconnect()
    this.legend?.remove()
    this.inspector?.close()
    this.panel?.querySelector(".eg-stage")?.classList.remove("eg-stage--live")
    if (this.plot) dispose(this.engine, this.plot)
    this.plot = null
    this.lines = null
    this.panel = null
    if (this.state !== "idle") this.status("purged")
  }

  /** @param {string} url @param {unknown} problem keep the static part, say one sentence, log once */
  fail(url, problem) {
    const file = decodeURIComponent(url.split("/").pop() ?? url)
    this.plot?.remove()
    this.plot = null
    this.status("failed")
    const sentence = this.panel?.querySelector("[data-eg-problem]")
    if (sentence instanceof HTMLElement) {
      sentence.textContent = `The explorable figure could not be drawn: ${file} could not be read.`
      sentence.hidden = false
    }
    console.warn(`embedguide: ${file}: ${problem instanceof Error ? problem.message : problem}`)
  }
}
