// @ts-check

/**
 * One sentence in place of a widget that could not start; what stands there without scripts stays.
 * @param {HTMLElement} element
 * @param {unknown} error
 */
export function problemIn(element, error) {
  const sentence = document.createElement("p")
  sentence.className = "eg-problem"
  sentence.textContent = `This part could not start: ${error instanceof Error ? error.message : String(error)}.`
  element.append(sentence)
}
