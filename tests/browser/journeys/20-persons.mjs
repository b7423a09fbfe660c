// A person asks, corrects, asks again, withdraws.
import { expect } from "../expect.mjs";

export default {
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
    // The demo has two stores in use: before they are searched there is no answer.
    await walk.refused(`${request}/answer`, { answered_at: walk.at(-1), in_full: true });
    await walk.does(`${request}/search-stores`, { searched_stores: [0, 1], store_result: "store-nothing" });
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
    await walk.does(`${request}/search-stores`, { searched_stores: [0, 1], store_result: "store-nothing" });
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
      processing: await walk.activityOfConsent(),
      given_on: walk.day(-3),
      way: "paper",
    });
    await walk.prints(consent, "consent");
    await walk.as("protection-officer");
    const before = await walk.newestDestruction();
    await walk.as("officer");
    await walk.does(`${consent}/withdraw`, { withdrawn_at: walk.at(-2) });
    await walk.prints(consent, "withdrawal-confirmation");
    await walk.as("protection-officer");
    const newest = await walk.newestDestruction();
    expect(newest && newest !== before, "a case of destruction was opened by the withdrawal");
    await walk.sees(newest);
    await walk.sees("/today");
  },
};
