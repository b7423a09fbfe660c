// Starts an office for a test and opens it in a browser.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// A key that has no text shows itself as the key.
const KEY = /\b(field|operation|state|refusal|choice|register|duty|page|column|event|purpose|role|frame|form|hint)-[a-z][a-z_-]+\b/;

/** Starts `tutela up` in a language on a folder of its own: with a demo body, or empty. */
export async function start(binary, language, { demo = true } = {}) {
  const data = mkdtempSync(join(tmpdir(), "tutela-browser-"));
  const what = demo ? ["--demo"] : [];
  const office = spawn(binary, ["up", ...what, "--lang", language, "--data", data, "--listen", "127.0.0.1:0"]);
  let said = "";
  const link = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the office did not start: ${said}`)), 120_000);
    const hear = (bytes) => {
      said += bytes;
      const found = said.match(/http:\S+\/(?:sign-in|set-up)\/[0-9a-f]+/);
      if (found) {
        clearTimeout(late);
        resolve(found[0]);
      }
    };
    office.stdout.on("data", hear);
    office.stderr.on("data", hear);
    office.on("exit", (code) => reject(new Error(`the office ended with ${code}: ${said}`)));
  });
  return {
    binary,
    link,
    base: new URL(link).origin,
    data,
    said: () => said,
    async stop() {
      const ended = new Promise((resolve) => office.once("exit", resolve));
      office.removeAllListeners("exit");
      office.once("exit", () => {});
      office.kill("SIGTERM");
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5000))]);
      office.kill("SIGKILL");
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** The browser of this machine. */
export function browse() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
}

/** A page that remembers everything that went wrong on it. */
export async function watch(context) {
  const page = await context.newPage();
  page.faults = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("Failed to load resource")) {
      page.faults.push(`console: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => page.faults.push(`script: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 500) page.faults.push(`${response.status()} ${response.url()}`);
  });
  return page;
}

/** Everything that must hold of every page: accessible, all words there, nothing wider than the screen. */
export async function check(page, name, shots) {
  if (shots) {
    // A page can be longer than a picture may be: then its beginning is enough.
    const path = join(shots, `${name}.png`);
    await page.screenshot({ path, fullPage: true }).catch(() => page.screenshot({ path }));
  }
  const text = await page.locator("body").innerText();
  const key = text.match(KEY);
  if (key) page.faults.push(`${name}: a key without a text: ${key[0]}`);
  // Without script in the page there is nothing that could audit it; the same pages are audited elsewhere.
  if (page.audited === false) return;
  await page.evaluate(AXE);
  const audit = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
      resultTypes: ["violations"],
    }),
  );
  for (const violation of audit.violations) {
    const nodes = violation.nodes.slice(0, 3).map((node) => node.html).join(" | ");
    page.faults.push(`${name}: ${violation.id}: ${violation.help}: ${nodes}`);
  }
  const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (width > 1) page.faults.push(`${name}: ${width} px wider than the screen`);
}
