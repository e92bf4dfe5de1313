// @ts-check
/** What widgets say where a file is missing or something else went wrong. */

import { fileBehind, Unread } from "./load.js"

/**
 * What went wrong, as the end of a sentence: the file, where one is behind it.
 * @param {unknown} problem
 */
export function reason(problem) {
  if (problem instanceof Unread) return `${fileBehind(problem, problem.url)} could not be read`
  return problem instanceof Error ? problem.message : String(problem)
}

/**
 * One sentence in place of a widget that could not start; what stands there without scripts stays.
 * @param {HTMLElement} element
 * @param {unknown} error
 */
export function problemIn(element, error) {
  problemGone(element)
  const sentence = document.createElement("p")
  sentence.className = "eg-problem"
  sentence.textContent = `This part could not start: ${reason(error)}.`
  element.append(sentence)
}

/** @param {HTMLElement} element it started after all */
export function problemGone(element) {
  element.querySelector(":scope > .eg-problem")?.remove()
}
