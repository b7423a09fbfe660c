// A citizen asks from home; the office finds the request; the citizen sees how far it is.
import { expect } from "../expect.mjs";

export default {
  async askFromHome(walk) {
    const { page, office } = walk;
    await page.context().clearCookies();
    await page.goto(`${office.base}/ask`);
    const link = page.locator("main ul a").first();
    if (await link.count()) await Promise.all([page.waitForNavigation({ waitUntil: "load" }), link.click()]);
    const told = await walk.sends("ask-empty", { request_kind: 1 });
    expect((await page.locator(".problem").count()) > 0, `what lacks is told: ${told.slice(0, 200)}`);
    const fields = await page.locator("main form").first().locator("input:not([type=hidden]):not([type=file]):not([name=website]), textarea").evaluateAll((all) => all.map((e) => e.name));
    const given = { subject_name: "Nguyễn Người Ở Nhà", subject_document: "091155000444" };
    const values = Object.fromEntries(fields.map((name) => [name, given[name] ?? "Số 7 phố Thử Nghiệm"]));
    await walk.sends("ask", { ...values, request_kind: 1 });
    const [number, code] = await page.locator("[role=status] dd").allInnerTexts();
    expect(/^\d{4}-\d+$/.test(number) && code.length > 8, "a number and a code are given");
    const state = await walk.sends("state", { number, code }, "main form.narrow button");
    expect((await page.locator("[role=status] dd").count()) === 2, `the state is told: ${state.slice(0, 200)}`);
    expect(!state.includes("091155000444"), "nothing of the request is shown");
    await walk.sends("state-wrong", { number, code: "0".repeat(code.length) }, "main form.narrow button");
    expect((await page.locator("[role=status] dd").count()) === 0, "another code tells nothing");
    await walk.as("officer");
    const found = await walk.finds("091155000444");
    expect(found.length > 0, "the office has the request");
  },
};
