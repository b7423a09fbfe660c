// The journeys of an office, walked in a real browser in every language. Every file of journeys/ gives some, by name, in the
// order of the files; a journey may hand cards on to later ones. A file names in `script` those that cannot do without it.
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { browse, start, watch } from "./office.mjs";
import { Walk } from "./walk.mjs";

const JOURNEYS = {};
const SCRIPT = new Set();
for (const file of readdirSync(new URL("journeys/", import.meta.url)).filter((f) => f.endsWith(".mjs")).sort()) {
  const { default: journeys, script = [] } = await import(`./journeys/${file}`);
  for (const name of script) SCRIPT.add(name);
  for (const [name, journey] of Object.entries(journeys)) {
    if (JOURNEYS[name]) throw new Error(`two journeys are called ${name}`);
    JOURNEYS[name] = journey;
  }
}

const [binary, folder = "target/browser", only] = process.argv.slice(2);
const browser = await browse();
let failed = 0;
for (const language of ["vi", "ru", "zh", "en"].filter((l) => !only || l === only)) {
  const office = await start(binary, language);
  let gained = {};
  try {
    for (const [name, journey] of Object.entries(JOURNEYS)) {
      const shots = join(folder, language, name);
      mkdirSync(shots, { recursive: true });
      // Pages are complete without script: every second journey is walked without.
      const javaScriptEnabled = SCRIPT.has(name) || Object.keys(JOURNEYS).indexOf(name) % 2 === 0;
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: language, javaScriptEnabled });
      const page = await watch(context);
      page.audited = javaScriptEnabled;
      try {
        gained = { ...gained, ...(await journey(new Walk(page, office, language, shots), gained)) };
      } catch (error) {
        page.faults.push(error.message);
        await page.screenshot({ path: join(shots, "failed.png"), fullPage: true }).catch(() => {});
      }
      for (const fault of page.faults) console.error(`${language} ${name}: ${fault}`);
      failed += page.faults.length;
      console.log(`${language} ${name}: ${page.faults.length ? "FAILED" : "ok"}`);
      await context.close();
    }
  } finally {
    await office.stop();
  }
}
await browser.close();
process.exit(failed ? 1 : 0);
