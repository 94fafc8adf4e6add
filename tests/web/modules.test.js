import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const WEB = resolve(dirname(fileURLToPath(import.meta.url)), "../../web");

/** @type {string[]} */
const MODULES = readdirSync(WEB, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith(".js"));

/**
 * @param {string} module
 * @returns {string[]} The modules that one imports, relative to web/.
 */
function imports(module) {
  const source = readFileSync(join(WEB, module), "utf8");
  const found = source.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)";/gm);
  return [...found].map(([, path]) => relative(WEB, resolve(WEB, dirname(module), path)));
}

test("imports have no cycle", () => {
  /** @type {Set<string>} */
  const done = new Set();
  const visit = (/** @type {string} */ module, /** @type {string[]} */ trail) => {
    assert.ok(!trail.includes(module), `cycle: ${[...trail, module].join(" → ")}`);
    if (done.has(module)) return;
    imports(module).forEach((next) => visit(next, [...trail, module]));
    done.add(module);
  };
  MODULES.forEach((module) => visit(module, []));
  assert.ok(done.size > 20);
});

test("every import is a relative path of a file that exists", () => {
  for (const module of MODULES) {
    for (const path of imports(module)) assert.ok(MODULES.includes(path), `${module} imports ${path}`);
  }
});

test("the model knows no document, and only view/chart.js knows Chart.js", () => {
  for (const module of MODULES) {
    if (module.startsWith("model")) {
      const outside = imports(module).filter((path) => !path.startsWith("model"));
      assert.deepEqual(outside, [], module);
      assert.doesNotMatch(readFileSync(join(WEB, module), "utf8"), /\b(document|window)\./, module);
    }
    if (imports(module).includes("vendor/chart.js")) assert.equal(module, "view/chart.js");
  }
});

test("only view/format.js turns numbers into text with a precision", () => {
  for (const module of MODULES.filter((name) => name.startsWith("view") && name !== "view/format.js")) {
    const source = readFileSync(join(WEB, module), "utf8");
    assert.doesNotMatch(source, /toLocaleString|toPrecision|Intl\./, module);
  }
});
