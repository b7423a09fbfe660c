// The journeys of an office, walked in a real browser in every language.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { browse, start, watch } from "./office.mjs";
import { Walk } from "./walk.mjs";

const expect = (holds, what) => {
  if (!holds) throw new Error(what);
};
const id = (path) => path.split("/").pop();

const JOURNEYS = {
  /** Choose the person in charge, print the order, enter number and date. */
  async designate(walk) {
    await walk.as("protection-officer");
    const order = await walk.does("/registers/orders/new/draft", {
      order_kind: "appointment",
      order_subject: "Appointment 27",
      office: "security",
      appointee_name: "Trần Thử Nghiệm",
      appointee_post: "Specialist",
      office_from: walk.day(),
    });
    await walk.prints(order, "order-appointment", "control");
    await walk.as("head");
    await walk.does(`${order}/sign`, {
      order_number: "27/2026",
      order_date: walk.day(),
      signatory_post: "Head",
      signatory_name: "Phạm Thử",
    });
    await walk.as("protection-officer");
    await walk.does(`${order}/enter`, { in_force_from: walk.day() });
    expect((await walk.sees(order)).includes("27/2026"), "the number of the order stands in the card");
  },

  /** Admit an employee: nothing is skipped. */
  async admit(walk) {
    await walk.as("protection-officer");
    const employee = await walk.does("/registers/staff/new/propose", {
      employee_name: "Hoàng Kiểm Thử",
      employee_document: "091199000999",
      post: 1,
    });
    const missing = await walk.refused(`${employee}/admit`, { admitted_on: walk.day() });
    expect(missing.join(" ").length > 20, "what is missing is told");
    await walk.does(`${employee}/sign`, { obligation_signed_on: walk.day(), obligation_way: "paper" });
    await walk.prints(employee, "obligation", "control");
    await walk.does(`${employee}/acquaint`, {
      acquainted_with: "Rules",
      acquainted_version: "1",
      acquainted_on: walk.day(),
    });
    await walk.does(`${employee}/train`, { course: "Course", trained_on: walk.day() });
    await walk.as("head");
    await walk.does(`${employee}/approve`, { order_number: "28/2026", order_date: walk.day() });
    await walk.as("protection-officer");
    await walk.does(`${employee}/admit`, { admitted_on: walk.day() });
    return { employee };
  },

  /** The same employee leaves: everything is given back first. */
  async leave(walk, { employee }) {
    await walk.as("protection-officer");
    await walk.does(`${employee}/leave`, { leaving_on: walk.day() });
    await walk.refused(`${employee}/close`, { left_on: walk.day() });
    await walk.does(`${employee}/check-off`, {
      media_back: true,
      papers_back: true,
      accounts_closed: true,
      chats_left: true,
      obligation_reminded: true,
    });
    await walk.does(`${employee}/close`, { left_on: walk.day() });
  },

  /** A citizen asks what is held: from receipt to the printed answer. */
  async answer(walk) {
    await walk.as("officer");
    const request = await walk.does("/registers/requests/new/receive", {
      channel: "counter",
      request_kind: "provide",
      received_at: walk.at(-30),
      subject_name: "Ông Người Hỏi",
      subject_contact: "091 000 000",
      request_text: "What do you hold?",
    });
    expect((await walk.sees(request)).length > 100, "the card is shown");
    await walk.prints(request, "request-not-complete");
    await walk.does(`${request}/complete`, {
      completed_at: walk.at(-20),
      subject_document: "091177000888",
      subject_document_date: "2021-05-12",
      subject_document_issuer: "Police",
      relation_evidence: "Letter 45",
      signed: true,
    });
    await walk.prints(request, "request-receipt");
    await walk.as("protection-officer");
    await walk.does(`${request}/search`, { searched_elsewhere: "Archive" });
    await walk.does(`${request}/answer`, { answered_at: walk.at(-1), in_full: true });
    await walk.prints(request, "request-answer");
    await walk.as("officer");
    await walk.does(`${request}/hand-over`, { handed_at: walk.at(), handed_way: "counter", handed_against: "Signature in the book" });
    const opened = await walk.opens(request, "request");
    expect(opened.includes("Ông Người Hỏi"), "the name is there for a purpose");
    const found = await walk.finds("ong nguoi hoi");
    expect(found.includes(request), "the request is found by the name without its marks");
  },

  /** Wrong data: blocked at once, corrected, the person told. */
  async rectify(walk) {
    await walk.as("officer");
    const request = await walk.does("/registers/requests/new/receive", {
      channel: "counter",
      request_kind: "rectify",
      received_at: walk.at(-40),
      subject_name: "Bà Ngày Sinh",
      subject_document: "091188000777",
      subject_document_date: "2021-05-12",
      subject_document_issuer: "Police",
      relation_evidence: "Letter 46",
      signed: true,
      request_text: "The date of birth is wrong.",
      proof: "Birth certificate",
    });
    await walk.as("protection-officer");
    await walk.does(`${request}/search`, {});
    await walk.does(`${request}/block`, { blocked_at: walk.at(-5) });
    await walk.does(`${request}/confirm-inaccurate`, { confirmed_at: walk.at(-4), rectify_what: "Date of birth" });
    await walk.does(`${request}/rectify`, { rectified_at: walk.at(-3), rectified_where: "Personnel system" });
    await walk.does(`${request}/answer`, { answered_at: walk.at(-1), in_full: true });
    await walk.prints(request, "rectification-notice");
  },

  /** Asked again too early: refused with the norm, both in the register. */
  async refuse(walk) {
    await walk.as("officer");
    const request = await walk.does("/registers/requests/new/receive", {
      channel: "letter",
      request_kind: "provide",
      received_at: walk.at(-25),
      subject_name: "Ông Người Hỏi",
      subject_document: "091177000888",
      subject_document_date: "2021-05-12",
      subject_document_issuer: "Police",
      relation_evidence: "Letter 45",
      signed: true,
      request_text: "Once more.",
    });
    await walk.as("protection-officer");
    await walk.does(`${request}/refuse`, {
      refused_at: walk.at(-1),
      refusal_ground: 1,
      refusal_other_norm: "Norm 1",
      refusal_motive: "Answered in full before.",
    });
    await walk.prints(request, "request-refusal");
  },

  /** A consent is given and withdrawn; what has no other basis is to be destroyed. */
  async withdraw(walk) {
    await walk.as("officer");
    const consent = await walk.does("/registers/consents/new/register", {
      subject_name: "Chị Rút Lại",
      subject_document: "091190000666",
      processing: await activityOfConsent(walk),
      given_on: walk.day(-3),
      way: "paper",
    });
    await walk.prints(consent, "consent");
    await walk.does(`${consent}/withdraw`, { withdrawn_at: walk.at(-2) });
    await walk.prints(consent, "withdrawal-confirmation");
    await walk.as("protection-officer");
    await walk.page.goto(`${walk.office.base}/registers/destructions`);
    const newest = await walk.page.locator("tbody a").first().getAttribute("href");
    await walk.sees(newest);
    await walk.sees("/today");
  },
};

/** The demo's activity that rests on consent only. */
async function activityOfConsent(walk) {
  await walk.page.goto(`${walk.office.base}/registers/processing`);
  const cards = await walk.page.locator("tbody tr td:first-child a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  // Newest first: draft, consent, contract, public task.
  return id(cards[1]);
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
      const javaScriptEnabled = Object.keys(JOURNEYS).indexOf(name) % 2 === 0;
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
