// Consent withdrawn and data destroyed everywhere: commission, proof for every place, act approved by another.
import { expect } from "../expect.mjs";

const COMMISSION = "Chị Một, specialist\nAnh Hai, engineer\nChị Ba, clerk";

export default {
  /** Withdrawn: the case is there, with a line for every place. */
  async destroyWithdrawn(walk) {
    await walk.as("officer");
    const consent = await walk.does("/registers/consents/new/register", {
      subject_name: "Chị Hủy Thử",
      subject_document: "091190000777",
      processing: await activityOfConsent(walk),
      given_on: walk.day(-3),
      way: "paper",
    });
    await walk.does(`${consent}/withdraw`, { withdrawn_at: walk.at(-2) });
    await walk.as("security-officer");
    await walk.page.goto(`${walk.office.base}/registers/destructions`);
    const destruction = await walk.page.locator("tbody a").first().getAttribute("href");
    await walk.sees("/due-for-destruction");
    return { consent, destruction };
  },

  /** Ways are chosen, a commission of one is refused, the head approves. */
  async destroyPrepared(walk, { destruction }) {
    await walk.as("security-officer");
    for (const line of await linesOf(walk, destruction)) {
      await walk.page.goto(walk.office.base + line);
      if (await walk.page.locator(`a[href="${line}/plan"]`).count()) {
        await plans(walk, line);
      }
    }
    const few = await walk.refused(`${destruction}/prepare`, { commission: "Chị Một, specialist" });
    expect(few.join(" ").length > 10, "a commission of one is refused");
    await walk.does(`${destruction}/prepare`, { commission: COMMISSION });
    await walk.as("head");
    const order = { order_number: "51/2026", order_date: walk.day() };
    await walk.does(`${destruction}/approve`, order);
    return { destruction };
  },

  /** Carried out here and in every other place; certified, approved by the head, printed. */
  async destroyEverywhere(walk, { destruction }) {
    await walk.as("security-officer");
    await walk.does(`${destruction}/execute`, { executed_at: walk.at(), executors: "Anh Hai, engineer" });
    const lines = await linesOf(walk, destruction);
    const certificate = { certificate_number: "C-51", certificate_date: walk.day() };
    if (lines.length) {
      await walk.refused(`${destruction}/certify`, certificate);
    }
    for (const line of lines) {
      await walk.page.goto(walk.office.base + line);
      if (await walk.page.locator(`a[href="${line}/ask"]`).count()) {
        await asks(walk, line);
      }
      await walk.does(`${line}/carry-out`, {
        line_done_at: walk.at(),
        line_executors: "Anh Hai, engineer",
        proof_number: "J-7",
        proof_text: "DELETE: 1 row. Log 2026-7.",
      });
    }
    await walk.does(`${destruction}/certify`, certificate);
    await walk.as("head");
    await walk.does(`${destruction}/approve-act`, { act_approved_on: walk.day() });
    await walk.as("protection-officer");
    await walk.prints(destruction, "destruction-act", "destruction");
    await walk.prints(destruction, "destruction-log", "destruction");
    expect((await walk.sees(destruction)).includes("51/2026"), "the order stands in the card");
    await walk.sees("/due-for-destruction");
  },
};

/** Each kind of carrier has its methods: the first that it takes. */
async function plans(walk, line) {
  for (const line_method of ["erase-rows", "erase-copies", "provider-erase", "asked-recipient", "shred", "break-up"]) {
    await walk.page.goto(`${walk.office.base}${line}/plan`);
    const offered = await walk.page.locator(`[name="line_method"] option[value="${line_method}"]`).count();
    if (!offered) continue;
    const sheets = (await walk.page.locator('[name="sheets"]').count()) ? { sheets: "12" } : {};
    const told = await walk.sends("plan", { ...sheets, line_method });
    if (!walk.page.url().endsWith("/plan")) return told;
  }
  throw new Error(`${line}: no method was taken`);
}

/** Recipients are asked before they confirm; of other places the office says that nobody is asked. */
async function asks(walk, line) {
  await walk.page.goto(`${walk.office.base}${line}/ask`);
  await walk.page.fill('[name="line_asked_at"]', walk.at());
  await Promise.all([walk.page.waitForNavigation({ waitUntil: "load" }), walk.page.click("main form:not(.open) button.main")]);
}

/** The lines that a case shows. */
async function linesOf(walk, destruction) {
  await walk.page.goto(walk.office.base + destruction);
  const links = await walk.page.locator("ul.near a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  return links.filter((href) => href.includes("/destruction-lines/"));
}

/** The demo's activity that rests on consent only. */
async function activityOfConsent(walk) {
  await walk.page.goto(`${walk.office.base}/registers/processing`);
  const cards = await walk.page.locator("tbody tr td:first-child a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  // Newest first: draft, consent, contract, public task.
  return cards[1].split("/").pop();
}
