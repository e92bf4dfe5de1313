// @ts-check
/** Find in figure: a combobox over the labels of the points, for the keyboard and for everyone. */

import { announce, element } from "./dom.js"
import { cellText } from "./format.js"
import { labelOf } from "./safe.js"

const SHOWN = 12
let serial = 0

/** @typedef {{label: string, curve: number, point: number}} Entry */

/** @param {string} text compared without case, width and the marks that stand for a leading space */
function fold(text) {
  return text.normalize("NFKC").toLowerCase().replace(/^[\s\u2423\u00b7\u2581\u0120]+/u, "").trim()
}

/**
 * Put a search field into the figure's tools, where its result says that points can be found.
 * @param {import("./figure.js").Figure} figure
 * @param {HTMLElement} panel
 */
export function bindFind(figure, panel) {
  const tools = panel.querySelector("[data-eg-tools]")
  if (!figure.result?.find || !tools) return null
  return new Find(figure, tools)
}

/**
 * @param {string} id
 * @param {Element} tools the field goes before them
 */
function makeField(id, tools) {
  const field = element("span", { class: "eg-control eg-find" },
    element("label", { for: id }, "Find"),
    element("input", {
      id, type: "search", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: "a label",
      "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list",
    }),
    element("ul", { id: `${id}-list`, class: "eg-find__list", role: "listbox", "aria-label": "Matches", hidden: true }))
  tools.before(field)
  return field
}

class Find {
  /**
   * @param {import("./figure.js").Figure} figure
   * @param {Element} tools
   */
  constructor(figure, tools) {
    this.figure = figure
    this.chosen = ""
    this.active = -1
    /** @type {Entry[]} */
    this.offers = []
    const box = tools.parentElement?.querySelector(".eg-find") ?? makeField(`${figure.id}-find-${++serial}`, tools)
    this.input = /** @type {HTMLInputElement} */ (box.querySelector("input"))
    this.list = /** @type {HTMLElement} */ (box.querySelector("ul"))
    this.listen()
  }

  listen() {
    const { signal } = this.figure
    this.input.addEventListener("input", () => this.offer(), { signal })
    this.input.addEventListener("keydown", (event) => this.key(event), { signal })
    this.input.addEventListener("search", () => { if (!this.input.value) this.drop() }, { signal })
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 120), { signal })
    this.list.addEventListener("pointerdown", (event) => {
      const option = event.target instanceof Element ? event.target.closest("[role=option]") : null
      if (!option) return
      event.preventDefault()
      this.take(this.offers[[...this.list.children].indexOf(option)])
    }, { signal })
  }

  /** @returns {Entry[]} every label that can be found in the present state */
  entries() {
    const { data } = this.figure.composed()
    const curves = this.figure.result?.find?.traces ?? data.map((_, index) => index)
    return curves.flatMap((curve) => {
      const trace = data[curve] ?? {}
      const count = trace.x?.length ?? 0
      return Array.from({ length: count }, (_, point) => ({ label: labelOf(trace, point) ?? "", curve, point }))
        .filter((entry) => entry.label)
    })
  }

  /** @param {string} text @returns {Entry[]} the same first, then those that begin with it, then those that hold it */
  match(text) {
    const wanted = fold(text)
    if (!wanted) return []
    const rank = (/** @type {string} */ label) => (label === wanted ? 0 : label.startsWith(wanted) ? 1 : label.includes(wanted) ? 2 : 3)
    return this.entries().map((entry) => ({ entry, rank: entry.label === text ? -1 : rank(fold(entry.label)) }))
      .filter((one) => one.rank < 3)
      .sort((left, right) => left.rank - right.rank)
      .map((one) => one.entry)
  }

  offer() {
    const matches = this.match(this.input.value)
    this.offers = matches.slice(0, SHOWN)
    this.active = -1
    this.list.replaceChildren(...this.offers.map((entry, index) => element("li", {
      role: "option", id: `${this.list.id}-${index}`, "aria-selected": "false",
    }, element("bdi", {}, entry.label))))
    const isOpen = this.offers.length > 0
    this.list.hidden = !isOpen
    this.input.setAttribute("aria-expanded", String(isOpen))
    this.input.removeAttribute("aria-activedescendant")
    if (this.input.value) announce(matches.length ? `${matches.length} matches` : `No point is called ${this.input.value}`)
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      if (this.list.hidden) this.offer()
      this.move(event.key === "ArrowDown" ? 1 : -1)
    } else if (event.key === "Enter") {
      event.preventDefault()
      const entry = this.offers[Math.max(this.active, 0)] ?? this.match(this.input.value)[0]
      if (entry) this.take(entry)
      else announce(`No point is called ${this.input.value}`)
    } else if (event.key === "Escape") {
      if (this.list.hidden) this.drop()
      this.close()
    }
  }

  /** @param {number} step */
  move(step) {
    const count = this.offers.length
    if (!count) return
    this.active = (this.active + step + count + (this.active < 0 && step < 0 ? 1 : 0)) % count
    for (const [index, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(index === this.active))
      if (index === this.active) {
        this.input.setAttribute("aria-activedescendant", option.id)
        option.scrollIntoView({ block: "nearest" })
      }
    }
  }

  /** @param {Entry} entry */
  async take(entry) {
    this.input.value = entry.label
    this.chosen = entry.label
    this.close()
    await this.figure.mark({ curve: entry.curve, point: entry.point })
    const trace = this.figure.composed().data[entry.curve]
    const hit = { x: trace.x?.[entry.point], y: trace.y?.[entry.point], z: trace.z?.[entry.point] }
    this.figure.inspector?.show({ curve: entry.curve, point: entry.point }, hit)
    const place = Object.entries(hit).filter(([, value]) => typeof value === "number")
      .map(([axis, value]) => `${axis} ${cellText(value, { format: ".2f" })}`).join(", ")
    announce(`Found ${entry.label}${place ? `, ${place}` : ""}`)
    this.figure.hooks.changed(this.figure)
  }

  /**
   * @param {string} label what an address or a phrase in the text names
   * @param {boolean} isLoud whether an unknown label is announced
   */
  choose(label, isLoud = true) {
    const [entry] = this.match(label)
    if (entry && fold(entry.label) === fold(label)) this.take(entry)
    else if (isLoud) announce(`No point is called ${label}`)
  }

  close() {
    this.list.hidden = true
    this.input.setAttribute("aria-expanded", "false")
  }

  clear() {
    this.chosen = ""
    this.input.value = ""
    this.close()
  }

  drop() {
    this.clear()
    this.figure.inspector?.close()
    this.figure.mark(null)
    this.figure.hooks.changed(this.figure)
  }
}
