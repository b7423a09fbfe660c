// Every employee is asked; answers come by a personal link and on paper, and are counted by unit.
import { expect } from "../expect.mjs";

export default {
  /** A campaign from draft to the counts of its answers. */
  async campaign(walk) {
    await walk.as("protection-officer");
    const campaign = await walk.does("/registers/campaigns/new/draft", {
      title: "Self-check in the journey",
      campaign_kind: "campaign-self-check",
      campaign_text: "Look through your telephone and computer.",
      campaign_from: walk.day(),
      campaign_until: walk.day(9),
    });
    await walk.prints(campaign, "campaign-announcement");
    await walk.refused(`${campaign}/change`, {
      title: "Self-check in the journey",
      campaign_kind: "campaign-self-check",
      campaign_text: "Look through your telephone and computer.",
      campaign_from: walk.day(),
      campaign_until: walk.day(-3),
    });
    await walk.as("head");
    await walk.does(`${campaign}/announce`, {});
    const results = campaign.replace("/registers", "");
    const counts = await walk.sees(results);
    expect(/\d/.test(counts), "statements are counted");
    return { campaign, results };
  },

  /** What was already sent is called back, line by line. */
  async recall(walk) {
    await walk.as("press-officer");
    await walk.sees("/answers");
    await walk.as("officer");
    const recall = await walk.does("/registers/recalls/new/ask", {
      recall_what: "A picture of an identity card",
      recall_recipient: "Bà Nhận Thử",
      recall_channel: "recall-chat",
      recall_asked_on: walk.day(-1),
      recall_until: walk.day(5),
    });
    await walk.as("protection-officer");
    await walk.does(`${recall}/confirm`, { recall_confirmed_on: walk.day(), recall_confirmed_how: "By telephone" });
  },

  /** How the body stands, and the year. */
  async overviews(walk) {
    await walk.as("head");
    const compliance = await walk.sees("/compliance");
    expect(compliance.includes("R104"), "a line for each requirement");
    const year = await walk.sees("/year");
    expect(year.length > 200, "twelve months");
  },
};
