// What this visitor chose, kept in the browser; where storage is forbidden, for as long as the page is open.

/** @type {Map<string, string>} */
const fallback = new Map();

/**
 * @param {string} key
 * @returns {string | null}
 */
export function get(key) {
  try {
    return localStorage.getItem(`pipegen.${key}`);
  } catch {
    return fallback.get(key) || null;
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
export function set(key, value) {
  fallback.set(key, value);
  try {
    localStorage.setItem(`pipegen.${key}`, value);
  } catch {
    // The choice then ends with the page.
  }
}
