// A violation in 72 hours: reported, confirmed, counted, told, supplemented; and what must be refused.
import { expect } from "../expect.mjs";

export default {
  /** Two clicks to a report; the confirmation opens the case with its countdown. */
  async violationReported(walk) {
    await walk.as("press-officer");
    await walk.page.goto(`${walk.office.base}/account`);
    const link = await walk.page.locator('a[href="/registers/reports/new/report"]').count();
    expect(link > 0, "every page offers the report");
    await walk.page.goto(`${walk.office.base}/registers/reports/new/report`);
    await walk.page.selectOption('[name="report_kind"]', "leak-seen");
    await walk.page.fill('[name="report_text"]', "A table with names stands in a group");
    await walk.page.check('[name="without_name"]');
    await Promise.all([
      walk.page.waitForNavigation({ waitUntil: "load" }),
      walk.page.click("main form:not(.open) button.main"),
    ]);
    await walk.as("security-officer");
    await walk.page.goto(`${walk.office.base}/registers/reports`);
    const report = await walk.page.locator('main td a[href^="/registers/reports/"]').first().getAttribute("href");
    const found = {
      report_finding: "Seen and kept",
      violation_kind: "viol-leak",
      detected_at: walk.at(-30),
      our_role: "role-controller",
      may_harm: "harm-likely",
      subjects_number: "12",
    };
    const before = await walk.refused(`${report}/confirm`, { ...found, occurred_at: walk.at(-20) });
    expect(before.join(" ").length > 20, "it cannot be found before it happened");
    await walk.does(`${report}/confirm`, { ...found, occurred_at: walk.at(-600) });
    await walk.page.goto(walk.office.base + report);
    await walk.page.goto(`${walk.office.base}/registers/violations`);
    const violation = await walk.page.locator('main td a[href^="/registers/violations/"]').first().getAttribute("href");
    const today = await walk.sees("/today");
    expect(/\d+:\d\d/.test(today), "hours and minutes are counted");
    return { violation };
  },

  /** What is known goes into the notice; it is sent, the proof kept, a supplement follows. */
  async violationNotified(walk, { violation }) {
    await walk.as("protection-officer");
    await walk.does(`${violation}/describe`, {
      violation_place: "Room 204",
      violation_measures: "The group was closed; Đỗ Tuấn Kiệt; today",
      may_harm: "harm-likely",
    });
    await walk.page.goto(`${walk.office.base}/registers/filings`);
    const filings = walk.page.locator('main td a[href^="/registers/filings/"]');
    const filing = await filings.first().getAttribute("href");
    await walk.sees(filing);
    const forms = await walk.page.locator("#form option").evaluateAll((all) => all.map((o) => o.value));
    const form = forms.find((f) => f.length > 0);
    if (form) {
      const paper = await walk.prints(filing, form, "violation");
      expect(paper.length > 200, "the form of the law is filled");
    }
    await walk.does(`${filing}/send`, {
      filing_sent_at: walk.at(),
      filing_way: "way-portal",
      filing_sent_proof: "Message 4410",
    });
    await walk.does(`${violation}/describe`, { violation_causes: "The wrong group was chosen", may_harm: "harm-likely" });
    await walk.does(`${filing}/supplement`, {
      filing_sent_at: walk.at(),
      filing_way: "way-portal",
      filing_changes: "The cause is known",
    });
    await walk.does(`${filing}/receive`, { filing_received_at: walk.at(), filing_received_number: "77-12" });
    await walk.does(`${violation}/spread`, {
      spread_address: "Group 4",
      spread_platform: "Zalo",
      spread_seen_at: walk.at(-10),
    });
  },

  /** A drill runs the same way, says so everywhere, and nothing of it is sent. */
  async violationDrill(walk) {
    await walk.as("protection-officer");
    await walk.does("/registers/violations/new/open", {
      violation_kind: "viol-loss",
      violation_act: "Drill: a laptop is gone",
      detected_at: walk.at(-5),
      occurred_unknown: true,
      our_role: "role-controller",
      may_harm: "harm-unknown",
      drill: true,
    });
    await walk.page.goto(`${walk.office.base}/registers/filings`);
    const filing = await walk.page.locator('main td a[href^="/registers/filings/"]').first().getAttribute("href");
    const refused = await walk.refused(`${filing}/send`, { filing_sent_at: walk.at(), filing_way: "way-portal" });
    expect(refused.join(" ").length > 20, "a drill is not filed");
    await walk.does(`${filing}/practise`, { filing_practised_at: walk.at() });
  },

  /** Without an account: a number and a code, and the answer on them. */
  async safeChannel(walk) {
    await walk.page.context().clearCookies();
    await walk.page.goto(`${walk.office.base}/report`);
    await walk.page.selectOption("#report_kind", "rule-broken");
    await walk.page.fill("#report_text", "Files are copied to private telephones");
    await Promise.all([walk.page.waitForNavigation({ waitUntil: "load" }), walk.page.click("main button.main")]);
    const code = await walk.page.locator("main code").first().innerText();
    const number = await walk.page.locator("main dl.fields dd").first().innerText();
    expect(code.length === 23, "a code is shown once");
    await walk.page.fill("#number", number);
    await walk.page.fill("#code", code);
    await Promise.all([
      walk.page.waitForNavigation({ waitUntil: "load" }),
      walk.page.click('form[action$="/state"] button'),
    ]);
    const told = await walk.page.locator("main").innerText();
    expect(!told.includes(code), "the code is not sent back");
  },
};
