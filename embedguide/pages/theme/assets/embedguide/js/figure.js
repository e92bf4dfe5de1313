// @ts-check
/** One figure: its result, its plot, its controls, and the life between being drawn and being put away. */

import { quoted } from "./address.js"
import { Controls } from "./controls.js"
import { announce } from "./dom.js"
import { Drawing } from "./drawing.js"
import { dispose, loadEngine, missingTypes, needContext, NoContext } from "./engine.js"
import { bindFind } from "./find.js"
import { Inspector } from "./inspect.js"
import { Legend } from "./legend.js"
import { LinkLines } from "./links.js"
import { watchLabels } from "./labels.js"
import { fileBehind } from "./load.js"
import { loadNames } from "./names.js"
import { paintedFigure } from "./painted.js"
import { mayAskAgain } from "./requests.js"
import { compose, loadParts, loadResult } from "./result.js"
import { newPlot } from "./stage.js"
import { loadTheme } from "./theme.js"
import { bindTools } from "./tools.js"

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
    /** @type {HTMLElement | null} the panel that `marked` and `off` speak of */
    this.last = null
    /** @type {any} */
    this.plot = null
    /** @type {any} */
    this.engine = null
    /** @type {Drawing | null} */
    this.drawing = null
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
    /** The plot's box as it was measured last; asking the page anew would have it laid out in the middle of a step. */
    this.box = { width: 0, height: 0 }
    this.frame = 0
    /** Whether any of it is on the screen, and whether a figure that it follows has moved on while it was not. */
    this.isSeen = false
    this.isBehind = false
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
    if (panel.dataset.egWaits !== undefined) return this.wait(panel)
    if (this.panel === panel && ["loading", "drawn", "failed"].includes(this.state ?? "")) return
    this.purge()
    const turn = ++this.turn
    this.take(panel)
    this.status("loading")
    const url = this.url()
    try {
      const [bare, theme] = await Promise.all([loadResult(url), loadTheme()])
      const result = panel.dataset.names === undefined ? bare : await loadNames(bare, panel.dataset.names)
      needContext(result.plotly.data)
      const engine = await loadEngine(result.plotly.data)
      if (turn !== this.turn || this.signal.aborted) return
      Object.assign(this, { result, theme, engine })
      await this.raise(panel)
    } catch (problem) {
      if (turn === this.turn) this.fail(url, problem)
    }
  }

  /** @param {HTMLElement} panel where it is drawn from now on; marks and legend of another model's points mean other points here */
  take(panel) {
    if (this.last !== panel) {
      this.marked = null
      this.off.clear()
    }
    this.panel = this.last = panel
  }

  /** @param {HTMLElement} panel one whose reader has not asked for it; what another model's panel showed is put away */
  wait(panel) {
    if (this.panel === panel) return
    this.purge()
    this.status("idle")
  }

  /** Where the shown panel's result lies. */
  url() {
    return new URL(this.panel?.dataset.json ?? "", location.href).href
  }

  /** @param {HTMLElement} panel draw into a panel for the first time */
  async raise(panel) {
    this.prepare(panel)
    this.plot = newPlot(panel, this.result?.plotly.data ?? [])
    this.drawing = new Drawing(this.engine, this.plot)
    this.measure()
    this.legend = new Legend(this, panel)
    this.inspector = new Inspector(this, panel)
    const { turn } = this
    await this.render(false)
    // Put away, and perhaps begun anew, in the meantime: what is on the stage now is another attempt's.
    if (turn !== this.turn) return
    panel.querySelector(".eg-stage")?.classList.add("eg-stage--live")
    watchLabels(this.plot)
    this.status("drawn")
    this.inspector.listen(this.plot)
    this.lines = this.result?.links ? new LinkLines(this, this.result.links) : null
    this.measure()
    this.resizer = new ResizeObserver(() => this.resized())
    this.resizer.observe(this.plot)
    this.warnMissing()
    this.point(this.wanted)
  }

  /** @param {URLSearchParams} wanted mark the point that an address or a phrase names, or say that there is none */
  point(wanted) {
    const label = wanted.get("find")
    if (label && !this.find?.choose(label)) this.say(`No point of this figure is called ${quoted(label)} for this model.`)
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
    if (!this.result?.trail) this.markAnew()
    // A slider reports more often than the screen shows.
    if (this.frame) return
    this.frame = requestAnimationFrame(() => {
      this.frame = 0
      this.render(true)
      this.hooks.changed(this)
    })
  }

  /** The points have moved or are others: only one that was looked for by name is marked where it is now. */
  markAnew() {
    this.inspector?.close()
    this.marked = this.find?.placeOfChosen() ?? null
  }

  /** @param {import("./controls.js").Controls} controls another figure's, whose shared controls this figure follows */
  async follow(controls) {
    const shared = controls.shared()
    if (this.state !== "drawn") for (const [id, value] of shared) this.wanted.set(id, value)
    else if (this.controls?.follow(shared)) {
      this.isBehind = true
      // In a frame of its own, so that the figure under the reader's hand answers first.
      if (this.isSeen) requestAnimationFrame(() => this.catchUp())
    }
  }

  /** Draw what was put off while no one could see it. */
  async catchUp() {
    if (this.isBehind && this.state === "drawn") await this.render(true)
  }

  /** The figure as its controls now say, before colours. */
  composed() {
    return this.result ? compose(this.result, this.controls?.values() ?? {}) : { data: [], layout: {} }
  }

  /** @param {boolean} isTweened */
  async render(isTweened) {
    if (!await this.fetchPart() || !this.drawing) return
    this.isBehind = false
    await this.drawing.show(this.painted(), `${this.box.width} ${this.box.height}`, isTweened)
  }

  /** The states for the present controls are there; false, and a sentence, where they cannot be had. */
  async fetchPart() {
    const { result, turn } = this
    try {
      if (result) await loadParts(result, this.url(), () => this.controls?.values() ?? {})
      return turn === this.turn
    } catch (problem) {
      // Where nothing stands yet there is no view before: the figure as a whole has failed.
      if (!this.drawing?.last) throw problem
      this.say("This view could not be fetched, so the figure shows the one before.")
      console.warn(`embedguide: ${fileBehind(problem, this.url())}: ${problem instanceof Error ? problem.message : problem}`)
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
    if (!wanted.get("find")) this.find?.clear()
    this.marked = null
    await this.render(true)
    this.point(wanted)
  }

  /** @returns {boolean} whether the plot's box is another than it was */
  measure() {
    const { width, height } = this.box
    const { clientWidth, clientHeight } = this.plot
    this.box = { width: clientWidth, height: clientHeight }
    return width !== clientWidth || height !== clientHeight
  }

  /** The plot's box changed: titles may need other lines. The first report comes at once and changes nothing. */
  resized() {
    if (this.state === "drawn" && this.plot?.clientWidth && this.measure()) this.render(false)
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
    this.controls?.stop?.()
    this.resizer?.disconnect()
    this.legend?.remove()
    this.inspector?.close()
    this.panel?.querySelector(".eg-stage")?.classList.remove("eg-stage--live")
    if (this.plot) dispose(this.engine, this.plot)
    this.plot = null
    this.drawing = null
    this.lines = null
    this.panel = null
    if (this.state !== "idle") this.status("purged")
  }

  /** @param {string} url @param {unknown} problem keep the static part, say one sentence, log once */
  fail(url, problem) {
    const file = fileBehind(problem, url)
    this.plot?.remove()
    this.legend?.remove()
    this.plot = null
    this.drawing = null
    this.status("failed")
    this.say(`The explorable figure could not be drawn: ${problem instanceof NoContext ? problem.message : `${file} could not be read`}.`)
    console.warn(`embedguide: ${file}: ${problem instanceof Error ? problem.message : problem}`)
    if (this.panel && mayAskAgain(this.panel)) this.panel = null
  }
}
