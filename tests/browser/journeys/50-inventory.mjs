// Stores are scanned, held against the list, and what differs is settled; consents are checked person by person.
import { expect } from "../expect.mjs";

/** The report of one file, as `tutela scan --format jsonl` writes it. */
function report(counts) {
  const findings = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const file = { path: "share/list.xlsx", kind: "xlsx", bytes: 9, read: "full", findings: [], counts, subjects: 2, class: "sensitive", risk: 0.8 };
  const total = {
    files: 1, bytes: 9, read: { full: 1, partial: 0, none: 0 }, not_read: [], findings, counts,
    classes: { sensitive: 1 }, subjects: 2, cached: 0, seconds: 0.1,
  };
  return `${JSON.stringify(file)}\n${JSON.stringify({ total })}\n`;
}

/** Chooses a file in the form of this path, and sends it. */
async function uploads(walk, path, text) {
  if (path) await walk.page.goto(walk.office.base + path);
  await walk.page.setInputFiles("#file", { name: "report.jsonl", mimeType: "application/x-ndjson", buffer: Buffer.from(text) });
  await Promise.all([walk.page.waitForNavigation({ waitUntil: "load" }), walk.page.click("main form[enctype] button.main")]);
  return new URL(walk.page.url()).pathname;
}

export default {
  /** From a store to an approved list: what was found, what is proposed. */
  async inventory(walk) {
    await walk.as("protection-officer");
    const shown = await walk.sees("/inventory");
    expect(shown.length > 200, "the demo has stores with what was found in them");
    const store = await walk.does("/registers/stores/new/register", {
      title: "Share of the walk",
      store_kind: "store-share",
      store_place: "//server/walk",
      store_unit: "Office",
      store_level: "level-raised",
    });
    const form = `/inventory/scan?store=${store.split("/").pop()}`;
    expect((await uploads(walk, form, "nonsense")) === "/inventory/scan", "a report that is none is refused");
    expect((await walk.page.locator(".problem").count()) === 1, "and the page says why");
    expect((await uploads(walk, form, report({ PERSON: 3, RELIGION: 1 }))) === store, "a report is taken in");
    await walk.sees(store);
    const gaps = await walk.page.locator('main section.beside a[href^="/registers/gaps/"]').evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    expect(gaps.length === 2, "a store that serves nothing has a gap for each category");
    // In the order of their names: identity, religion. No activity of the demo has the latter.
    await walk.does(`${gaps[1]}/propose`, { gap_activity: 1 });
    await walk.sees("/inventory");
    await walk.does(`${store}/retire`, { retired_on: walk.day(), store_emptied: "Deleted" });
    await Promise.all([
      walk.page.goto(`${walk.office.base}/inventory`).then(() => walk.page.click('main form[action="/inventory/compare"] button')),
      walk.page.waitForURL("**/inventory"),
    ]);
    const gap = await walk.sees(gaps[0]);
    expect(gap.length > 20, "the gap of a store that is out of use is closed");
  },

  /** Who has no consent in force, and which rows of a list. */
  async consentsByPerson(walk) {
    await walk.as("officer");
    await walk.sees("/consents/check");
    await Promise.all([walk.page.waitForNavigation({ waitUntil: "load" }), walk.page.click('main form[action^="/consents/check/"] button >> nth=0')]);
    expect((await walk.page.locator("#document").count()) === 1, "the people are told, and a list can be checked");
    await uploads(walk, "", "Number\n099999999999\n");
    const told = await walk.page.locator(".numbers").allInnerTexts();
    expect(told[0]?.trim() === "2", "the row of the list that has no consent is named");
    expect(!(await walk.page.locator("main").innerText()).includes("099999999999"), "the row only, not what stands in it");
  },
};
