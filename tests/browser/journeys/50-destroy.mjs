// Consent withdrawn and data destroyed everywhere: hold, commission, proof for every place, act approved by another.
import { expect } from "../expect.mjs";

const COMMISSION = "Chị Một, specialist\nAnh Hai, engineer\nChị Ba, clerk";

export default {
  /** Withdrawn: the case is there, with a line for every place. */
  async destroyWithdrawn(walk) {
    await walk.as("officer");
    const consent = await walk.does("/registers/consents/new/register", {
      subject_name: "Chị Hủy Thử",
      subject_document: "091190000777",
      processing: await walk.activityOfConsent(),
      given_on: walk.day(-3),
      way: "paper",
    });
    await walk.as("security-officer");
    const before = await walk.newestDestruction();
    await walk.as("officer");
    await walk.does(`${consent}/withdraw`, { withdrawn_at: walk.at(-2) });
    await walk.as("security-officer");
    const destruction = await walk.newestDestruction();
    expect(destruction && destruction !== before, "a case of destruction was opened by the withdrawal");
    await walk.sees("/due-for-destruction");
    return { consent, destruction };
  },

  /** While a hold stands on the record, nothing is approved. */
  async destroyHeld(walk, { consent, destruction }) {
    await walk.as("security-officer");
    const hold = await walk.does("/registers/holds/new/place", {
      hold_kind: "hold-court",
      hold_cards: await optionOf(walk, "/registers/holds/new/place", "hold_cards", consent),
      hold_from: walk.day(),
      hold_norm: "Case 2-1/2026",
      hold_reason: "Evidence in a court case.",
    });
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
    const why = await walk.refused(`${destruction}/approve`, order);
    expect(why.join(" ").includes("Case 2-1/2026"), "the norm of the hold is told");
    await walk.does(`${hold}/lift`, { hold_ended_on: walk.day(), hold_end_reason: "The case is closed." });
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

/** The value of a card in a form that lets choose from many: a number means its place among the boxes. */
async function optionOf(walk, path, name, card) {
  await walk.page.goto(walk.office.base + path);
  const id = card.split("/").pop();
  const first = walk.page.locator(`[name="${name}"]`).first();
  const select = (await first.evaluate((e) => e.tagName)) === "SELECT";
  expect(select || (await walk.page.locator(`[name="${name}"][value="${id}"]`).count()) === 1, "the record can be chosen");
  return id;
}
