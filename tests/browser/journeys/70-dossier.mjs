// A dossier: the office says what is wanted, questions with help, risks, opinions, approval, filing, and files for others.
import { expect } from "../expect.mjs";

/** The newest dossier of a list, by the link in its first row. */
async function newest(walk) {
  await walk.page.goto(`${walk.office.base}/registers/dossiers`);
  const link = walk.page.locator('main a[href^="/registers/dossiers/"]').filter({ hasNotText: /^$/ });
  for (const href of await link.evaluateAll((all) => all.map((a) => a.getAttribute("href")))) {
    if (/^\/registers\/dossiers\/[0-9a-f-]{36}$/.test(href)) return href;
  }
  throw new Error("no dossier in the list");
}

/** Opens the questions for a purpose. */
async function questions(walk, dossier) {
  await walk.page.goto(`${walk.office.base}${dossier}/answer`);
  const purpose = walk.page.locator("#purpose");
  if (await purpose.count()) {
    await purpose.selectOption("control");
    await Promise.all([
      walk.page.waitForNavigation({ waitUntil: "load" }),
      walk.page.click('main form.open button[value="open"]'),
    ]);
  }
}

export default {
  /** An activity that goes on brings its dossier by itself, with what is known filled in. */
  async opens(walk) {
    await walk.as("protection-officer");
    const activity = await walk.does("/registers/processing/new/draft", {
      title: "Journey 16",
      purpose: "Trying the way of a dossier",
      bases: "public-task",
      norm: "Article 1",
      subject_categories: "citizens",
      data_categories: ["identity", "health"],
      recipients: "Health insurance",
      systems: "Cabinet 16",
      measures: "Access by role",
      keep_from: "purpose-reached",
      keep_length: "1",
      keep_unit: "years",
      started_on: walk.day(-1),
    });
    expect((await walk.sees(activity)).includes("Journey 16"), "the activity is there");
    const dossier = await newest(walk);
    expect((await walk.sees(dossier)).includes("Journey 16"), "its dossier came by itself");
    const missing = await walk.refused(`${dossier}/submit`);
    expect(missing.join(" ").length > 20, "what is missing is named");
    return { dossier };
  },

  /** Half of the answers, then the rest. */
  async answers(walk, { dossier }) {
    await walk.as("protection-officer");
    for (const part of ["half", "whole"]) {
      await questions(walk, dossier);
      const asked = walk.page.locator('main [name^="q."]');
      const count = await asked.count();
      expect(count > 0, "questions are asked");
      const most = part === "half" ? Math.ceil(count / 2) : count;
      for (let at = 0; at < most; at += 1) {
        const one = asked.nth(at);
        const kind = await one.evaluate((e) => (e.tagName === "SELECT" ? "select" : e.type));
        if ((await one.inputValue()) !== "") continue;
        if (kind === "select") await one.selectOption({ index: 2 });
        else if (kind === "date") await one.fill(walk.day(-1));
        else if (kind === "number") await one.fill("1200");
        else await one.fill("What is to be said here");
      }
      await Promise.all([
        walk.page.waitForNavigation({ waitUntil: "load" }),
        walk.page.click('main button[value="save"]'),
      ]);
    }
    await walk.does(`${dossier}/risk`, {
      risk_kind: "risk-access",
      risk_what: "Somebody else reads it",
      risk_source: "Shared passwords",
      likelihood_before: "3",
      severity_before: "3",
      risk_measure: "Own accounts",
      risk_owner: "Vũ Thử",
      measure_by: walk.day(30),
      likelihood_after: "1",
      severity_after: "3",
    });
    return { dossier };
  },

  /** Opinion of the officer, approval of the head, the report on paper. */
  async approves(walk, { dossier }) {
    await walk.as("protection-officer");
    await walk.does(`${dossier}/submit`);
    await walk.does(`${dossier}/opinion`, {
      opinion_of: "officer",
      opinion: "opinion-for",
      opinion_on: walk.day(),
      opinion_text: "Complete",
    });
    await walk.as("head");
    await walk.does(`${dossier}/approve`, { approved_on: walk.day(), decision_number: "16" });
    await walk.as("protection-officer");
    // In Russia the paper is the act of the assessment of harm, elsewhere the report.
    await walk.prints(dossier, walk.language === "ru" ? "harm-act" : "dossier-report", "control");
    // What the demo bodies have of this kind is kept, not filed: that is told with its norm.
    const refused = await walk.refused(`${dossier}/file`);
    expect(refused.join(" ").length > 20, "why it is not filed is told");
    return { dossier };
  },

  /** Files for other programs. */
  async files(walk, { dossier }) {
    await walk.as("protection-officer");
    for (const format of ["cnil", "dpv"]) {
      await walk.page.goto(`${walk.office.base}${dossier}/files`);
      await walk.page.selectOption("#format", format);
      await walk.page.selectOption("#purpose", "control");
      const [download] = await Promise.all([
        walk.page.waitForEvent("download"),
        walk.page.click(`main form[action$="/files/export"] button.main`),
      ]);
      const wanted = format === "cnil" ? ".pia.json" : ".dpv.jsonld";
      expect(download.suggestedFilename().endsWith(wanted), `a file of ${format}`);
    }
  },
};
