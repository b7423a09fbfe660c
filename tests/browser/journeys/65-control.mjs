// Internal control: the plan of a year, a unit that is checked with a telephone without a network, the protocol with its
// signatures, and the measure that is followed up until somebody has verified it.
import { check as audit, watch } from "../office.mjs";
import { expect } from "../expect.mjs";

/** A telephone in the hand of whoever is signed in. */
async function telephone(walk) {
  const context = await walk.page.context().browser().newContext({
    viewport: { width: 360, height: 780 },
    storageState: await walk.page.context().storageState(),
  });
  const page = await watch(context);
  return { context, page };
}

/** Answers every question of the form; those named are violations. */
async function answer(page, place, violations) {
  await page.fill("#place_name", place);
  const names = await page.locator("fieldset.question input[value=yes]").evaluateAll((all) => all.map((e) => e.name));
  for (const name of names) {
    const word = violations.includes(name.slice(2)) ? "no" : "yes";
    await page.check(`input[name="${name}"][value=${word}]`);
  }
  for (const question of violations) await page.fill(`#r_${question}`, "Seen at the desk");
}

/** What is left on the telephone, and whether any of it can be read there. */
const left = (page) =>
  page.evaluate(async () => {
    const opened = indexedDB.open("tutela-walk", 1);
    const db = await new Promise((resolve) => (opened.onsuccess = () => resolve(opened.result)));
    const all = db.transaction("places").objectStore("places").getAll();
    const places = await new Promise((resolve) => (all.onsuccess = () => resolve(all.result)));
    const plain = places.map((place) => new TextDecoder("latin1").decode(place.sealed)).join();
    return { number: places.length, readable: plain.includes("Desk") || plain.includes("Seen") };
  });

const sign = { signer_name: "Trần Thử", signer_post: "Specialist" };

export default {
  /** The plan of the next year: two sign, the head approves, and its checks are there. */
  async planYear(walk) {
    await walk.as("protection-officer");
    const year = String(Number(walk.day().slice(0, 4)) + 1);
    const plan = await walk.does("/registers/check-plans/new/draft", {
      plan_year: year,
      plan_rows: "3; Archive; Storage terms",
      previous_plan: 1,
    });
    await walk.does(`${plan}/add-row`, { row_month: "9", row_unit: "Front desk", row_subject: "Workplaces" });
    await walk.does(`${plan}/sign`, sign);
    await walk.as("security-officer");
    await walk.does(`${plan}/sign`, sign);
    await walk.as("head");
    await walk.does(`${plan}/approve`, { approved_on: walk.day() });
    await walk.as("protection-officer");
    await walk.prints(plan, "check-plan", "control");
    expect((await walk.sees(plan)).includes(year), "the plan says its year");
  },

  /** A unit is checked: the page is opened once, works without a network, and sends what was written down. */
  async checkUnit(walk) {
    await walk.as("protection-officer");
    const check = await walk.does("/registers/checks/new/plan", {
      unit: "Records 65",
      check_subject: "Workplaces",
      planned_until: walk.day(5),
      check_basis: "Order 65",
    });
    await walk.does(`${check}/begin`, { checked_on: walk.day() });
    const url = `${walk.office.base}/checks/${check.split("/").pop()}/walk`;
    const { context, page } = await telephone(walk);
    try {
      await page.goto(url);
      await page.waitForSelector("#walk[data-state=ready]");
      await audit(page, "walk-online", walk.shots);
      await context.setOffline(true);
      await page.goto(url);
      await page.waitForSelector("#walk[data-state=ready]");
      await answer(page, "Desk 1", ["passwords"]);
      await page.click("#walk-form button.main");
      await page.waitForSelector("#walk-list li");
      await answer(page, "Desk 2", []);
      await page.click("#walk-form button.main");
      await page.waitForFunction(() => document.querySelectorAll("#walk-list li").length === 2);
      await audit(page, "walk-offline", walk.shots);
      const kept = await left(page);
      expect(kept.number === 2 && !kept.readable, "two workplaces lie sealed on the telephone");
      await page.reload();
      await page.waitForFunction(() => document.querySelectorAll("#walk-list li").length === 2);

      // Meanwhile somebody else writes down one of them, on a page without script.
      await walk.as("security-officer");
      await walk.page.goto(url);
      await answer(walk.page, "desk 2", ["media"]);
      await Promise.all([walk.page.waitForNavigation(), walk.page.click("#walk-form button.main")]);

      await context.setOffline(false);
      await page.evaluate(() => globalThis.dispatchEvent(new Event("online")));
      await page.waitForSelector("#walk-list .problem");
      await audit(page, "walk-conflict", walk.shots);
      expect((await left(page)).number === 1, "what was sent is gone from the telephone, the conflict is not");
      await page.click("#walk-list button >> nth=0");
      await page.waitForFunction(() => document.getElementById("walk-waiting").hidden);
      expect((await left(page)).number === 0, "nothing is left on the telephone");
      for (const fault of page.faults) walk.page.faults.push(`telephone: ${fault}`);
    } finally {
      await context.close();
    }
    return { check };
  },

  /** The protocol: no violation without a measure, two signatures, the head's approval; then the follow-up. */
  async protocol(walk, { check }) {
    await walk.as("protection-officer");
    const drawn = { protocol_number: "65/K", protocol_date: walk.day(), conclusion: "Two violations" };
    const missing = await walk.refused(`${check}/draw`, drawn);
    expect(missing.length >= 2, "every violation asks for a measure");
    for (const measure_question of ["6", "8"]) {
      await walk.does(`${check}/add-measure`, {
        measure_question,
        measure_text: "Put it right",
        measure_until: walk.day(7),
      });
    }
    await walk.does(`${check}/draw`, drawn);
    await walk.does(`${check}/sign`, sign);
    await walk.refused(`${check}/sign`, sign);
    await walk.as("security-officer");
    await walk.does(`${check}/sign`, sign);
    await walk.as("head");
    await walk.does(`${check}/approve`);
    await walk.as("protection-officer");
    const paper = await walk.prints(check, "check-protocol", "control");
    expect(paper.includes("65/K") && paper.includes("Seen at the desk"), "the protocol says its number and what was found");
    await walk.page.goto(`${walk.office.base}/registers/measures`);
    const measure = await walk.page.locator("main tbody a").first().getAttribute("href");
    await walk.does(`${measure}/done`, { done_on: walk.day(), done_proof: "Seen" });
    await walk.refused(`${measure}/verify`, { verified_on: walk.day(), verified_how: "Looked" });
    await walk.as("security-officer");
    await walk.does(`${measure}/verify`, { verified_on: walk.day(), verified_how: "Looked" });
  },
};
