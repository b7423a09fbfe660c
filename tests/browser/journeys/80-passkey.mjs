// A passkey is added with an authenticator in software, signs in alone, and is taken away.
import { expect } from "../expect.mjs";

export default {
  /** Add a passkey, sign in with it, remove it. */
  async passkey(walk) {
    // A passkey belongs to a name, and its pages need their script: a context of its own under localhost.
    const base = new URL(walk.office.base);
    base.hostname = "localhost";
    const browser = walk.page.context().browser();
    const context = await browser.newContext({ locale: walk.language, javaScriptEnabled: true });
    try {
      const page = await context.newPage();
      const device = await context.newCDPSession(page);
      await device.send("WebAuthn.enable");
      await device.send("WebAuthn.addVirtualAuthenticator", {
        options: {
          protocol: "ctap2",
          transport: "internal",
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      const password = walk.office.said().match(/(?:password|пароль|mật khẩu|密码)\S*\s*[:：]\s*(\S+)/i)?.[1];
      const url = (path) => new URL(path, base).href;
      const path = () => new URL(page.url()).pathname;

      await page.goto(url("/sign-in"));
      await page.fill("#login", "inspector");
      await page.fill("#password", password);
      await Promise.all([page.waitForURL((to) => !to.pathname.startsWith("/sign-in")), page.click("main button.main")]);
      await page.goto(url("/account/factor"));
      await page.fill("#passkey_name", "virtual");
      await page.fill("#password-passkey", password);
      await Promise.all([
        page.waitForURL(url("/account/passkeys/add")),
        page.click("form[data-passkey] button.main"),
      ]);
      expect((await page.locator("ul.codes li").count()) === 10, "recovery codes come with the first passkey");

      await page.goto(url("/account"));
      await Promise.all([page.waitForURL(url("/sign-in")), page.click("header form[action='/sign-out'] button")]);
      await Promise.all([
        page.waitForURL((to) => to.pathname !== "/sign-in" && !to.pathname.startsWith("/sign-in/")),
        page.click("form[data-passkey] button"),
      ]);
      expect(path() !== "/sign-in", "the passkey signs in alone");

      // With the password it is the second factor.
      await page.goto(url("/account"));
      await Promise.all([page.waitForURL(url("/sign-in")), page.click("header form[action='/sign-out'] button")]);
      await page.fill("#login", "inspector");
      await page.fill("#password", password);
      await Promise.all([page.waitForURL(url("/sign-in/code")), page.click("main button.main")]);
      await Promise.all([
        page.waitForURL((to) => !to.pathname.startsWith("/sign-in")),
        page.click("form[data-passkey] button.main"),
      ]);

      await page.goto(url("/account/factor"));
      const remove = page.locator("form[action='/account/passkeys/remove']");
      await remove.locator("input[type=password]").fill(password);
      await Promise.all([page.waitForURL(url("/account")), remove.locator("button").click()]);
      await page.goto(url("/account/factor"));
      expect((await remove.count()) === 0, "the passkey is gone");
    } finally {
      await context.close();
    }
  },
};
