// The person in charge is appointed; an employee is admitted and leaves.
import { expect } from "../expect.mjs";

export default {
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
};
