// An empty installation becomes the office of a body within the first hour.
import { expect } from "../expect.mjs";
import { start } from "../office.mjs";
import { Walk } from "../walk.mjs";

const BODY = {
  vi: { body_name: "Sở Tư pháp tỉnh Thử Nghiệm", body_head_name: "Lê Văn Đầu", body_head_post: "Giám đốc", officer_display: "Phạm Thị Giữ" },
  ru: { body_name: "Управление образования города Проверочного", body_head_name: "Началов И. И.", body_head_post: "Начальник", officer_display: "Хранилова А. А." },
  zh: { body_name: "试验市卫生健康委员会", body_head_name: "张试", body_head_post: "主任", officer_display: "王守" },
  en: { body_country: "vn", body_zone: "Asia/Ho_Chi_Minh", body_name: "Department of Trials", body_head_name: "Ann Head", body_head_post: "Director", officer_display: "Bob Officer" },
};
const PASSWORD = "ngày-đầu-tiên-2026";

export default {
  async firstHour(walk) {
    const office = await start(walk.office.binary, walk.language, { demo: false });
    try {
      const { page } = walk;
      const first = new Walk(page, office, walk.language, walk.shots);
      await page.goto(office.link);
      const given = { ...BODY[walk.language], body_kind: 1, head_login: "head", officer_login: "officer", password: PASSWORD, password_again: PASSWORD };
      const refused = await first.sends("set-up", { ...given, password_again: "another-password" });
      expect(refused.length > 100 && (await page.locator(".problem").count()) > 0, "two different passwords are refused");
      const done = await first.sends("set-up-again", { password: PASSWORD, password_again: PASSWORD });
      expect(/sign-in\/[0-9a-f]+/.test(done), "the link of the head is shown once");
      await page.click("main a.button");
      expect(await page.locator("input[name=activity]").count() > 10, "there are more than ten questions");
      const drafts = await first.sends("questions");
      expect((await page.locator("tbody tr").count()) > 3, `activities were drafted: ${drafts.slice(0, 200)}`);
      await first.sees("/today");
      await page.goto(office.link);
      expect((await page.locator("input[name=body_name]").count()) === 0, "the link is good once");
    } finally {
      await office.stop();
    }
  },
};
