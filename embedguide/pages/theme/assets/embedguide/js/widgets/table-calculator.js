// @ts-check
/** Vocabulary times dimensions times bytes. */

/** @param {number} value */
function grouped(value) {
  return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, "\u202f")
}

/** @param {number} bytes */
function size(bytes) {
  const [unit, name] = bytes >= 1e12 ? [1e12, "TB"] : bytes >= 1e9 ? [1e9, "GB"] : bytes >= 1e6 ? [1e6, "MB"] : [1e3, "kB"]
  const value = bytes / unit
  return `${value >= 10 ? grouped(value) : value.toFixed(2)} ${name}`
}

/**
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export default async function start(root, signal) {
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (root.querySelector(`[data-part=${name}]`))
  const [model, rows, dims, bytes, parameters] = ["model", "rows", "dims", "bytes", "parameters"].map(field)
  const answer = field("answer")

  const show = () => {
    const [n, d, all] = [rows, dims, parameters].map((input) => Number(input.value))
    if (![rows, dims, parameters].every((input) => input.checkValidity())) {
      answer.textContent = "Rows and dimensions are whole numbers above zero."
      return
    }
    const numbers = n * d
    const share = all > 0 ? 100 * numbers / (all * 1e6) : 0
    const part = share > 100 ? ", more than the whole model" : share ? `, ${share >= 1 ? share.toFixed(0) : share.toPrecision(2)} % of the model` : ""
    answer.textContent = `${grouped(n)} × ${grouped(d)} = ${grouped(numbers)} numbers, ${size(numbers * Number(bytes.value))}${part}`
  }

  model.addEventListener("change", () => {
    const [n, d, all] = model.value.split(" ")
    rows.value = n
    dims.value = d
    parameters.value = all ?? ""
    show()
  }, { signal })
  root.addEventListener("input", (event) => { if (event.target !== model) show() }, { signal })
  root.addEventListener("submit", (event) => event.preventDefault(), { signal })
  show()
}
