// @ts-check
/** Tokens and their nearest tokens as a network: point at one, tap it or find it, and its links are read out. */

import { quoted, readHash, replaceHash, writeHash } from "../address.js"
import { announce, element } from "../dom.js"
import { loadResult } from "../result.js"
import { reason } from "../widget_problem.js"
import { neighborsOf } from "./network_card.js"
import { draw, isShown, kindOf, light, nearest, shown } from "./network_drawing.js"
import { base } from "./pieces.js"

/** @typedef {import("./network_drawing.js").Node} Node */
/** @typedef {import("./network_drawing.js").Link} Link */

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export default async function start(root, signal) {
  const view = new Network(root, signal)
  await view.load()
}

/** @param {import("../result.js").Result} result rows as objects @returns {Record<string, any>[]} */
function records(result) {
  const names = (result.columns ?? []).map((column) => column.name)
  return (result.rows ?? []).map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])))
}

class Network {
  /**
   * @param {HTMLElement} root
   * @param {AbortSignal} signal
   */
  constructor(root, signal) {
    this.root = root
    this.signal = signal
    this.set = 1
    this.sets = Number(root.dataset.sets)
    /** @type {Map<number, Node>} */
    this.nodes = new Map()
    /** @type {Link[]} */
    this.links = []
    /** @type {number | null} */
    this.chosen = null
    /** @type {HTMLElement | null} the panel of the model whose tokens these are */
    this.loaded = null
    /** What controls they were collected for. */
    this.collected = ""
    /** @type {number | null | undefined} what is lit up, and of which links */
    this.lit = undefined
    /** @type {Link[]} */
    this.litSet = []
    this.inputs = /** @type {HTMLInputElement[]} */ ([...root.querySelectorAll("input[data-name]")])
    this.find = /** @type {HTMLInputElement} */ (this.part("find"))
    this.prompt = this.part("card").firstElementChild
    /** What the address or the reader asked for and is not there. */
    this.problem = ""
    /** @type {Record<string, any>[]} the rows of the model's files, as the next two */
    this.places = []
    /** @type {Record<string, any>[]} */
    this.lists = []
    /** @type {Record<string, any>[]} */
    this.structure = []
    /** Why the model's tokens are not there. */
    this.missed = ""
    this.read()
    this.listen()
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLElement} */ (this.root.querySelector(`[data-part=${name}]`))
  }

  panel() {
    return /** @type {HTMLElement} */ (this.root.querySelector(".eg-net__panel:not([hidden])"))
  }

  /** The two drawings of the model that was loaded; none before. */
  maps() {
    return /** @type {SVGElement[]} */ ([...this.loaded?.querySelectorAll(".eg-net__map") ?? []])
  }

  /** The state that the address names. */
  read() {
    const target = readHash(location.hash)
    if (target?.id !== this.root.id) return
    const { wanted } = target
    const set = wanted.get("set") ?? "1"
    const isThere = /^[1-9]\d*$/.test(set) && Number(set) <= this.sets
    this.set = isThere ? Number(set) : 1
    if (!isThere) this.problem = `There is no set ${quoted(set)}, only 1 to ${this.sets}.`
    this.wanted = wanted.get("find")
    for (const input of this.inputs) {
      const value = wanted.get(input.dataset.name ?? "")
      if (value === null) continue
      const known = input.type === "checkbox" ? ["true", "false"] : this.values(input)
      if (!known.includes(value)) this.problem = `“${input.labels?.[0]?.textContent}” takes ${known.join(", ")}, not ${quoted(value)}.`
      else if (input.type === "checkbox") input.checked = value === "true"
      else input.value = String(known.indexOf(value))
    }
  }

  write() {
    /** @type {[string, string][]} */
    const state = this.inputs.filter((input) => this.value(input) !== this.initial(input)).map((input) => [input.dataset.name ?? "", this.value(input)])
    if (this.set > 1) state.push(["set", String(this.set)])
    if (this.chosen !== null) state.push(["find", this.nodes.get(this.chosen)?.token ?? ""])
    replaceHash(writeHash(this.root.id, state))
  }

  /** @param {HTMLInputElement} input */
  values(input) {
    return (input.dataset.values ?? "").split(" ")
  }

  /** @param {HTMLInputElement} input */
  value(input) {
    return input.type === "checkbox" ? String(input.checked) : this.values(input)[Number(input.value)]
  }

  /** @param {HTMLInputElement} input */
  initial(input) {
    return input.type === "checkbox" ? String(input.defaultChecked) : this.values(input)[Number(input.defaultValue)]
  }

  /** @param {string} name */
  setting(name) {
    const input = this.inputs.find((one) => one.dataset.name === name)
    return input ? this.value(input) : null
  }

  listen() {
    const { signal } = this
    document.addEventListener("eg:model", () => this.load(), { signal })
    addEventListener("hashchange", () => {
      if (readHash(location.hash)?.id !== this.root.id) return
      for (const input of this.inputs) [input.value, input.checked] = [input.defaultValue, input.defaultChecked]
      this.problem = ""
      this.read()
      this.load()
    }, { signal })
    for (const input of this.inputs) input.addEventListener("input", () => this.changed(), { signal })
    this.part("again")?.addEventListener("click", () => {
      this.set = (this.set % this.sets) + 1
      this.chosen = null
      this.changed()
      announce(`Fifty other words, ${this.set} of ${this.sets}`)
    }, { signal })
    this.find.addEventListener("focus", () => this.offer(), { signal })
    this.find.addEventListener("change", () => this.look(this.find.value), { signal })
    this.find.addEventListener("search", () => this.look(this.find.value), { signal })
    this.listenToMaps()
    this.part("card").addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("button[data-id]") : null
      if (!(button instanceof HTMLElement)) return
      this.choose(Number(button.dataset.id), true)
      // The button is gone with its list: who came by keyboard goes on at the new one.
      const next = this.part("card").querySelector("button") ?? this.find
      next.focus({ preventScroll: true })
    }, { signal })
    this.root.addEventListener("keydown", (event) => { if (event.key === "Escape") this.choose(null) }, { signal })
  }

  listenToMaps() {
    const { signal } = this
    const fit = new ResizeObserver(() => this.render())
    fit.observe(this.part("stage"))
    signal.addEventListener("abort", () => fit.disconnect())
    // On paper the other drawing may be the one that fits.
    addEventListener("beforeprint", () => { for (const map of this.maps()) this.paint(map) }, { signal })
    for (const map of /** @type {NodeListOf<SVGElement>} */ (this.root.querySelectorAll(".eg-net__map"))) {
      // What the page came with is the first set, with the controls as they were.
      if (map.childElementCount) map.dataset.state = [1, ...this.inputs.map((input) => this.initial(input))].join(" ")
      map.addEventListener("click", (event) => this.choose(nearest(map, this.nodes, event)), { signal })
      if (kindOf(map) === "narrow") continue
      map.addEventListener("pointermove", (event) => { if (event.pointerType === "mouse") this.show(nearest(map, this.nodes, event) ?? this.chosen) }, { signal })
      map.addEventListener("pointerleave", () => this.show(this.chosen), { signal })
    }
  }

  async load() {
    const panel = this.panel()
    const { places, lists, structure } = panel.dataset
    /** @type {unknown} */
    let problem = null
    const read = async (/** @type {string | undefined} */ url) => (url ? records(await loadResult(base(url))) : [])
    const found = await Promise.all([places, lists, structure].map(read)).catch((error) => {
      problem = error
      return [[], [], []]
    })
    if (panel !== this.panel() || this.signal.aborted) return
    // Another model's tokens below this one's name would be wrong: without its files there are none.
    this.loaded = problem ? null : panel
    this.places = found[0]
    this.lists = found[1]
    this.structure = found[2]
    this.chosen = null
    this.miss(problem)
    this.draw()
    if (problem) return
    if (this.wanted) this.look(this.wanted)
    this.wanted = null
  }

  /** @param {unknown} problem that the files of the model have; the controls rest until there is none */
  miss(problem) {
    this.missed = problem ? `The network could not be drawn: ${reason(problem)}.` : ""
    for (const control of this.root.querySelectorAll(".eg-bar :is(input, button)")) control.toggleAttribute("disabled", Boolean(problem))
    if (!problem) return
    this.find.value = ""
    announce(this.missed)
    console.warn("embedguide: network:", problem)
  }

  changed() {
    this.problem = ""
    this.draw()
    this.write()
  }

  /** The words beside the sliders. */
  relabel() {
    for (const input of this.inputs.filter((one) => one.type === "range")) {
      const words = (input.dataset.words ?? "").split("|")[Number(input.value)]
      input.setAttribute("aria-valuetext", words)
      const output = input.parentElement?.querySelector("output")
      if (output) output.textContent = words
    }
  }

  /** The links that the controls ask for. */
  collect() {
    this.collected = [this.set, ...this.inputs.map((input) => this.value(input))].join(" ")
    const k = Number(this.setting("k") ?? 0)
    const least = Number(this.setting("least") ?? 0) || -1
    const isAtlas = !k
    const rankOf = (/** @type {Record<string, any>} */ row) => (isAtlas || this.setting("variants") === "true" ? row.rank : row.rank_without)
    const rows = this.lists.filter((row) => (isAtlas ? row.atlas === this.set : rankOf(row) !== null && rankOf(row) <= k && row.cosine >= least))
    this.links = rows.map((row) => ({ from: row.token_id, to: row.neighbor_id, token: row.neighbor, rank: rankOf(row), cosine: row.cosine, isDrawn: isAtlas ? row.drawn : true }))
    const linked = new Set(this.links.filter((link) => link.isDrawn).flatMap((link) => [link.from, link.to]))
    this.nodes = new Map(this.places.filter((row) => row.atlas === this.set && (row.center || linked.has(row.token_id))).map((row) => [row.token_id, {
      id: row.token_id, token: row.token, center: row.center, other: row.other_script, wide: [row.x, row.y], narrow: [row.narrow_x, row.narrow_y],
    }]))
  }

  draw() {
    this.relabel()
    this.collect()
    if (this.chosen !== null && !this.nodes.has(this.chosen)) this.chosen = null
    const set = this.part("set")
    if (set) set.textContent = `${this.set} of ${this.sets}`
    this.tell()
    this.show(this.chosen)
  }

  /** What the reader's screen shows of it; another drawing waits until it is needed. */
  render() {
    for (const map of this.maps()) if (isShown(map)) this.paint(map)
  }

  /** @param {SVGElement} map its tokens and links only if they are not those that stand there */
  paint(map) {
    if (map.dataset.state !== this.collected) draw(map, this.nodes, this.links)
    map.dataset.state = this.collected
    light(map, this.nodes, this.links, this.lit ?? null)
  }

  /** The tokens that can be found, listed when a reader comes to the field. */
  offer() {
    this.part("tokens").replaceChildren(...[...this.nodes.values()].map((node) => element("option", { value: node.token })))
  }

  /** The network's numbers for these settings. */
  tell() {
    const place = this.part("numbers")
    if (!place) return
    if (!this.loaded) return void (place.textContent = "")
    const row = this.structure.find((one) => String(one.k) === this.setting("k") && String(one.variants) === this.setting("variants") && String(one.threshold) === String(Number(this.setting("least"))))
    const two = (/** @type {number} */ value) => value.toFixed(2)
    place.textContent = row
      ? `${row.n_tokens} tokens, ${row.n_links} links, ${row.pieces} ${row.pieces === 1 ? "piece" : "pieces"}, ${row.communities} communities. Modularity ${two(row.modularity)}${row.null === null ? "" : `; with partners shuffled ${two(row.null)}`}.`
      : "No two tokens are linked at this setting."
  }

  /** @param {string} text */
  look(text) {
    if (!text.trim()) return this.choose(null)
    const fold = (/** @type {string} */ token) => shown(token).normalize("NFKC").toLowerCase().trim()
    const all = [...this.nodes.values()]
    const node = all.find((one) => one.token === text) ?? all.find((one) => fold(one.token) === fold(text)) ?? all.find((one) => fold(one.token).startsWith(fold(text)))
    if (node) this.choose(node.id, true)
    else {
      this.problem = `No token here is called ${quoted(text)}.`
      announce(this.problem)
      this.choose(null)
      this.find.value = text
    }
  }

  /** @param {number | null} id @param {boolean} [isLoud] */
  choose(id, isLoud = false) {
    if (id !== null) this.problem = ""
    this.chosen = id
    this.show(id)
    const node = id === null ? null : this.nodes.get(id)
    this.find.value = node?.token ?? ""
    if (isLoud && node) announce(this.part("card").textContent ?? "")
    this.write()
  }

  /** @param {number | null} id light up a token and its links, and list them */
  show(id) {
    if (id === this.lit && id !== null && this.litSet === this.links) return
    this.lit = id
    this.litSet = this.links
    this.render()
    const node = id === null ? null : this.nodes.get(id)
    this.part("card").replaceChildren(...(node ? neighborsOf(node, this.links, this.nodes) : this.prompts()))
  }

  /** What stands there while no token is chosen: what went wrong, what to do, and the neighbors of the first token. */
  prompts() {
    if (this.missed) return [element("p", { class: "eg-net__problem" }, this.missed)]
    const first = [...this.nodes.values()].find((node) => node.center && this.links.some((link) => link.from === node.id))
    const problem = this.problem ? [element("p", { class: "eg-net__problem" }, this.problem)] : []
    return [...problem, ...(this.prompt ? [this.prompt] : []), ...(first ? neighborsOf(first, this.links, this.nodes, "For example, ") : [])]
  }
}
