// @ts-check
/** Word arithmetic: a step from one pair, carried to another word, and the tokens nearest to the result. */

import { readHash, replaceHash, writeHash } from "../address.js"
import { element } from "../dom.js"
import { loadResult } from "../result.js"
import { problemGone, problemIn } from "../widget_problem.js"
import { base } from "./pieces.js"

const SHOWN = 6
/** What a reader chooses, each decides what the next ones offer; and the rule of a question that nobody changed. */
const CHOICES = ["relation", "step", "word", "rule"]
const RULE = "out"
/** What the digit beside an answer says; as in embedguide/analysis/scoreboard.py. */
const INPUT = "1"
const INPUT_SPELLING = "2"
const HOPED = "3"
const HOPED_SPELLING = "4"
/** @type {Record<string, string>} */
const WORDS = { [INPUT]: "in the question", [INPUT_SPELLING]: "in the question, spelled otherwise", [HOPED]: "hoped for", [HOPED_SPELLING]: "hoped for, spelled otherwise" }
/** @type {Record<string, string>} */
const BARRED = { kept: "", out: INPUT, spellings: INPUT + INPUT_SPELLING }

/** @typedef {{relation: string, start: string, minus: string, plus: string, expected: string, rank: number, tokens: string[], cosines: number[], marks: string}} Question */

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export default async function start(root, signal) {
  for (const panel of root.querySelectorAll("[data-arithmetic]")) await begin(/** @type {HTMLElement} */ (panel), signal)
}

/**
 * Questions are fetched when their panel is first shown, and at its next showing if that failed.
 * @param {HTMLElement} panel
 * @param {AbortSignal} signal
 */
async function begin(panel, signal) {
  let isOpen = false
  const open = async () => {
    if (panel.hidden || isOpen) return
    try {
      const questions = await questionsOf(panel)
      if (isOpen || signal.aborted) return
      isOpen = true
      watcher.disconnect()
      problemGone(panel)
      new Arithmetic(panel, questions, signal)
    } catch (error) {
      console.warn("widget word-arithmetic:", error)
      problemIn(panel, error)
    }
  }
  const watcher = new MutationObserver(open)
  watcher.observe(panel, { attributes: true, attributeFilter: ["hidden"] })
  signal.addEventListener("abort", () => watcher.disconnect())
  await open()
}

/** @param {HTMLElement} panel @returns {Promise<Question[]>} */
async function questionsOf(panel) {
  const result = await loadResult(base(panel.dataset.questions))
  return (result.rows ?? []).map(([relation, from, minus, plus, expected, rank, tokens, cosines, marks]) => ({
    relation, start: from, minus, plus, expected, rank, tokens: tokens.split(" "), cosines: cosines.split(" ").map((/** @type {string} */ one) => Number(one) / 1000), marks,
  }))
}

class Arithmetic {
  /**
   * @param {HTMLElement} panel
   * @param {Question[]} questions
   * @param {AbortSignal} signal
   */
  constructor(panel, questions, signal) {
    this.panel = panel
    this.questions = questions
    this.id = panel.closest("[data-eg-widget]")?.id ?? ""
    fill(this.choice("relation"), questions.map((one) => one.relation))
    for (const name of CHOICES) {
      this.choice(name).addEventListener("change", () => {
        this.changed(name)
        replaceHash(writeHash(this.id, this.address()))
      }, { signal })
    }
    for (const moved of ["hashchange", "popstate"]) addEventListener(moved, () => this.follow(), { signal })
    this.changed("relation")
    this.first = CHOICES.slice(0, 3).map((name) => this.choice(name).value).join()
    this.follow()
  }

  /** What a reader chose, as the address carries it; nothing for the question that stands there first. @returns {[string, string][]} */
  address() {
    const chosen = CHOICES.slice(0, 3).map((name) => /** @type {[string, string]} */ ([name, this.choice(name).value]))
    const rule = this.choice("rule").value
    const isFirst = chosen.map(([, value]) => value).join() === this.first
    return [...(isFirst ? [] : chosen), ...(rule === RULE ? [] : [/** @type {[string, string]} */ (["rule", rule])])]
  }

  /** Choose what the address names; what is not offered stays as it is. */
  follow() {
    const target = readHash(location.hash)
    if (target?.id !== this.id || this.panel.hidden) return
    for (const name of CHOICES) {
      const wanted = target.wanted.get(name) ?? (name === "rule" ? RULE : "")
      const choice = this.choice(name)
      if ([...choice.options].some((one) => one.value === wanted)) choice.value = wanted
      this.changed(name)
    }
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLElement} */ (this.panel.querySelector(`[data-part=${name}]`))
  }

  /** @param {string} name */
  choice(name) {
    return /** @type {HTMLSelectElement} */ (this.part(name))
  }

  /** @param {string} name the choice that the reader made: those after it get their options anew */
  changed(name) {
    const ofRelation = this.questions.filter((one) => one.relation === this.choice("relation").value)
    if (name === "relation") fill(this.choice("step"), ofRelation.map(stepOf))
    const ofStep = ofRelation.filter((one) => stepOf(one) === this.choice("step").value)
    if (name === "relation" || name === "step") fill(this.choice("word"), ofStep.map((one) => one.plus))
    const question = ofStep.find((one) => one.plus === this.choice("word").value)
    if (question) this.show(question)
  }

  /** @param {Question} question */
  show(question) {
    const bold = (/** @type {string} */ word) => element("b", {}, word)
    this.part("question").replaceChildren(bold(question.start), " − ", bold(question.minus), " + ", bold(question.plus))
    const barred = BARRED[this.choice("rule").value]
    const answers = question.tokens.map((token, at) => ({ token, cosine: question.cosines[at], mark: question.marks[at] }))
      .filter((one) => !barred.includes(one.mark)).slice(0, SHOWN)
    const top = Math.max(...question.cosines, 0.01)
    this.part("answers").replaceChildren(...answers.map((one) => line(one, top)))
    this.part("verdict").textContent = verdict(question, answers[0])
  }
}

/** @param {Question} question */
function stepOf(question) {
  return `${question.minus} → ${question.start}`
}

/**
 * Options without repeats; a value that is still offered stays chosen.
 * @param {HTMLSelectElement} choice
 * @param {string[]} values
 */
function fill(choice, values) {
  const before = choice.value
  choice.replaceChildren(...[...new Set(values)].map((value) => element("option", { value }, value)))
  if (values.includes(before)) choice.value = before
}

/**
 * @param {{token: string, cosine: number, mark: string}} answer
 * @param {number} top the cosine of a full bar
 */
function line(answer, top) {
  const kind = answer.mark === HOPED || answer.mark === HOPED_SPELLING ? "eg-arith__hoped" : answer.mark === "0" ? "" : "eg-arith__input"
  const bar = element("span", { class: "eg-arith__bar", "aria-hidden": "true" }, element("i"))
  bar.style.setProperty("--v", `${Math.max(0, 100 * answer.cosine / top).toFixed(1)}%`)
  const cosine = element("span", { class: "eg-arith__cosine" }, answer.cosine.toFixed(2).replace("-", "−"))
  return element("li", { class: kind || null }, element("bdi", {}, answer.token), " ", bar, cosine, " ", element("span", { class: "eg-arith__note" }, WORDS[answer.mark] ?? ""))
}

/**
 * @param {Question} question
 * @param {{mark: string} | undefined} first
 */
function verdict(question, first) {
  const place = `${question.expected} is number ${question.rank} of all tokens but the three inputs`
  if (first?.mark === HOPED) return `Right: ${place}.`
  if (first?.mark === HOPED_SPELLING) return `Right in another spelling: ${place}.`
  return `Not right: ${place}.`
}
