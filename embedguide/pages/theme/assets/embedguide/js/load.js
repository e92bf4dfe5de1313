// @ts-check
/**
 * Files of this site. A page read from disk may fetch nothing; its build puts a script beside each file, which hands over
 * what the file holds: text as it is, bytes in base64 (embedguide/pages/disk.py).
 */

const ON_DISK = location.protocol === "file:"

/** A file of this site that could not be had, or not be read. */
export class Unread extends Error {
  /** @param {string} url @param {string} why */
  constructor(url, why) {
    super(why)
    this.url = url
  }
}

/**
 * The name of the file that a problem is about.
 * @param {unknown} problem
 * @param {string} url that which was asked for, where the problem names none
 */
export function fileBehind(problem, url) {
  const missed = problem instanceof Unread ? problem.url : url
  return decodeURIComponent(missed.split("/").pop() ?? missed)
}

/**
 * @param {string} url absolute
 * @returns {Promise<string>}
 */
export async function loadText(url) {
  return ON_DISK ? handedOver(url) : (await answerOf(url)).text()
}

/**
 * @param {string} url absolute
 * @returns {Promise<any>}
 */
export async function loadJson(url) {
  const text = await loadText(url)
  try {
    return JSON.parse(text)
  } catch (problem) {
    throw new Unread(url, `${problem}`)
  }
}

/**
 * A piece of a binary file, and whether it is the whole of it: where the server gives no pieces it is.
 * @param {string} url absolute
 * @param {{from: number, length: number}} [piece]
 * @returns {Promise<{bytes: ArrayBuffer, isWhole: boolean}>}
 */
export async function loadBytes(url, piece) {
  if (ON_DISK) return { bytes: Uint8Array.from(atob(await handedOver(url)), (letter) => letter.charCodeAt(0)).buffer, isWhole: true }
  /** @type {Record<string, string>} */
  const headers = piece ? { Range: `bytes=${piece.from}-${piece.from + piece.length - 1}` } : {}
  const answer = await answerOf(url, headers)
  return { bytes: await answer.arrayBuffer(), isWhole: answer.status !== 206 }
}

/** @param {string} url @param {Record<string, string>} [headers] */
async function answerOf(url, headers) {
  const answer = await fetch(url, { headers }).catch((problem) => { throw new Unread(url, `${problem}`) })
  if (!answer.ok) throw new Unread(url, `the server answered ${answer.status}`)
  return answer
}

/** @param {string} url @returns {Promise<string>} */
function handedOver(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script")
    script.src = `${url}.js`
    script.onload = () => {
      /** @type {any} */
      const scope = window
      const text = scope.egFiles?.[script.src]
      script.remove()
      if (typeof text === "string") resolve(text)
      else reject(new Unread(url, "nothing was handed over"))
    }
    script.onerror = () => reject(new Unread(url, "it is not there"))
    document.head.append(script)
  })
}
