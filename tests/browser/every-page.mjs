// Every page of the demo office, in every language: audited, all words there, on a wide screen and on a phone.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { browse, check, start, watch } from "./office.mjs";

const [binary, folder = "target/browser", only] = process.argv.slice(2);
const browser = await browse();
let failed = 0;
for (const language of ["vi", "ru", "zh", "en"].filter((l) => !only || l === only)) {
  const shots = join(folder, language);
  mkdirSync(shots, { recursive: true });
  const office = await start(binary, language);
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: language });
    const page = await watch(context);
    await page.goto(`${office.base}/sign-in`);
    await check(page, "sign-in", shots);
    await page.goto(office.link);
    const links = await page.locator("nav a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    let pages = 0;
    const visit = async (href, name) => {
      await page.goto(office.base + href);
      await check(page, name, shots);
      pages += 1;
    };
    for (const href of links) {
      const name = href.replaceAll("/", "-").slice(1);
      await visit(href, name);
      const begin = await page.locator(".acts a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
      const card = await page.locator("tbody td:first-child a").first().getAttribute("href", { timeout: 500 }).catch(() => null);
      for (const [at, form] of begin.entries()) await visit(form, `${name}-begin-${at}`);
      if (card && href.startsWith("/registers/")) {
        await visit(card, `${name}-card`);
        const acts = await page.locator(".acts a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
        for (const [at, form] of acts.entries()) await visit(form, `${name}-act-${at}`);
      }
    }
    await page.setViewportSize({ width: 360, height: 740 });
    for (const href of links) await visit(href, `phone${href.replaceAll("/", "-")}`);
    for (const fault of page.faults) console.error(`${language}: ${fault}`);
    failed += page.faults.length;
    console.log(`${language}: ${pages} pages, ${page.faults.length} faults`);
    await context.close();
  } finally {
    await office.stop();
  }
}
await browser.close();
process.exit(failed ? 1 : 0);
