// Walks through the office as its people do: fills forms by the names of their fields, whatever the language.
import { join } from "node:path";
import { check } from "./office.mjs";

const ZONES = { vi: "Asia/Ho_Chi_Minh", ru: "Europe/Moscow", zh: "Asia/Shanghai", en: "Asia/Ho_Chi_Minh" };

/** A person at a browser. */
export class Walk {
  constructor(page, office, language, shots) {
    Object.assign(this, { page, office, language, shots, step: 0 });
  }

  /** So many days from today, where the body is. */
  day(days = 0) {
    return this.#here(new Date(Date.now() + days * 86_400_000)).slice(0, 10);
  }

  /** So many minutes from now, where the body is. */
  at(minutes = 0) {
    return this.#here(new Date(Date.now() + minutes * 60_000));
  }

  #here(date) {
    const parts = new Intl.DateTimeFormat("sv-SE", {
      timeZone: ZONES[this.language],
      dateStyle: "short",
      timeStyle: "short",
    }).format(date);
    return parts.replace(" ", "T").slice(0, 16);
  }

  /** Signs in as a role of the demo. */
  async as(role) {
    const password = this.office.said().match(/(?:password|пароль|mật khẩu|密码)\S*\s*[:：]\s*(\S+)/i)?.[1];
    if (!password) throw new Error(`the demo told no password: ${this.office.said()}`);
    await this.page.context().clearCookies();
    await this.page.goto(`${this.office.base}/sign-in`);
    await this.page.fill("#login", role);
    await this.page.fill("#password", password);
    await Promise.all([this.page.waitForNavigation({ waitUntil: "load" }), this.page.click("main button.main")]);
    // Who may not see what is due begins with the own account.
    if (!["/today", "/account"].includes(new URL(this.page.url()).pathname)) throw new Error(`${role} was not signed in: ${await this.#text()}`);
  }

  async #text() {
    return (await this.page.locator("main").innerText()).slice(0, 600);
  }

  async #fill(values) {
    for (const [name, value] of Object.entries(values)) {
      const first = this.page.locator(`[name="${name}"]`).first();
      const kind = await first.evaluate((e) => (e.tagName === "SELECT" ? "select" : e.type), null, { timeout: 3000 });
      if (kind === "checkbox" || kind === "radio") {
        for (const one of [value].flat()) {
          const box =
            typeof one === "number"
              ? this.page.locator(`[name="${name}"]`).nth(one)
              : one === true
                ? first
                : this.page.locator(`[name="${name}"][value="${one}"]`);
          await box.check();
        }
      } else if (kind === "select") {
        await first.selectOption(typeof value === "number" ? { index: value } : value);
      } else {
        await first.fill(value);
      }
    }
  }

  async #shot(name) {
    this.step += 1;
    await check(this.page, `${String(this.step).padStart(2, "0")}-${name}`, this.shots);
  }

  /** The demo's activity that rests on consent only: the third that was drafted. */
  async activityOfConsent() {
    await this.page.goto(`${this.office.base}/registers/processing`);
    const link = this.page.locator("tbody tr td:first-child a", { hasText: /^\d{4}-3$/ });
    return (await link.getAttribute("href")).split("/").pop();
  }

  /** The newest case of destruction, or none. */
  async newestDestruction() {
    await this.page.goto(`${this.office.base}/registers/destructions`);
    const link = this.page.locator("tbody td:first-child a").first();
    return (await link.count()) ? link.getAttribute("href") : null;
  }

  /** Fills the form of a page that stands open and sends it. */
  async sends(name, values = {}, button = "main form:not(.open) button.main") {
    await this.#fill(values);
    await this.#shot(name);
    await Promise.all([this.page.waitForNavigation({ waitUntil: "load" }), this.page.click(button)]);
    await this.#shot(`${name}-sent`);
    return this.page.locator("main").innerText();
  }

  async #submit(path, values) {
    await this.page.goto(this.office.base + path);
    await this.#fill(values);
    await this.#shot(path.split("/").slice(2).filter((part) => !/^[0-9a-f-]{36}$/.test(part)).join("-"));
    await Promise.all([this.page.waitForNavigation({ waitUntil: "load" }), this.page.click("main form:not(.open) button.main")]);
  }

  /** Does an operation by its form; gives the path of the card. */
  async does(path, values = {}) {
    await this.#submit(path, values);
    const now = new URL(this.page.url()).pathname;
    if (!/^\/registers\/[a-z-]+\/[0-9a-f-]{36}$/.test(now)) throw new Error(`${path} was not done: ${await this.#text()}`);
    return now;
  }

  /** An operation that must be refused, with a reason that a person reads. */
  async refused(path, values = {}) {
    await this.#submit(path, values);
    const told = await this.page.locator(".problem").allInnerTexts();
    if (!told.length) throw new Error(`${path} was not refused: ${await this.#text()}`);
    await this.#shot("refused");
    return told;
  }

  /** Shows a card, and gives its text. */
  async sees(path) {
    await this.page.goto(this.office.base + path);
    await this.#shot("card");
    return this.page.locator("main").innerText();
  }

  /** Opens the personal data of a card for a purpose. */
  async opens(path, purpose) {
    await this.page.goto(this.office.base + path);
    await this.page.selectOption("#purpose", purpose);
    await Promise.all([this.page.waitForNavigation({ waitUntil: "load" }), this.page.click("form.open >> nth=0 >> button")]);
    await this.#shot("opened");
    return this.page.locator("main").innerText();
  }

  /** Prints a paper of a card: shows it, and fetches PDF and DOCX. */
  async prints(path, form, purpose = "request") {
    await this.page.goto(this.office.base + path);
    const prepare = async () => {
      await this.page.selectOption("#form", form);
      if (await this.page.locator("#paper_purpose").count()) await this.page.selectOption("#paper_purpose", purpose);
    };
    for (const format of ["pdf", "docx"]) {
      await prepare();
      const [download] = await Promise.all([
        this.page.waitForEvent("download", { timeout: 60_000 }),
        this.page.click(`button[name=format][value=${format}]`),
      ]);
      await download.saveAs(join(this.shots, `${String(this.step).padStart(2, "0")}-${form}.${format}`));
    }
    await prepare();
    await Promise.all([this.page.waitForNavigation({ waitUntil: "load" }), this.page.click("button[name=format][value=html]")]);
    await this.#shot(`paper-${form}`);
    return this.page.locator("main").innerText();
  }

  /** Finds a person; gives the paths of the cards. */
  async finds(query) {
    await this.page.goto(`${this.office.base}/search`);
    await this.page.fill("#q", query);
    await Promise.all([this.page.waitForNavigation({ waitUntil: "load" }), this.page.click("main button.main")]);
    await this.#shot("found");
    if (this.page.url().includes(encodeURIComponent(query))) throw new Error("a name stands in an address");
    return this.page.locator(".found a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  }
}
