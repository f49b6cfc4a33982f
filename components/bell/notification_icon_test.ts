import { equal } from "node:assert/strict";
import { bell, grade, megaphone } from "../icon_nodes.ts";
import { notificationIcon } from "./notification_icon.ts";

Deno.test("the category decides, then the type", () => {
  equal(notificationIcon("assignments", "x"), grade);
  equal(notificationIcon("general", "assignment.graded"), grade);
  equal(notificationIcon("announcements", "assignment.graded"), megaphone);
});

Deno.test("what nobody has drawn is a bell", () => {
  equal(notificationIcon("general", "other"), bell);
});
