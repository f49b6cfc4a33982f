import { deepEqual, equal } from "node:assert/strict";
import type { MessageView, SendState } from "../../lib/client/types.ts";
import { type Day, layOut } from "./group_messages.ts";

const utc = { locale: "en", timeZone: "UTC" };

function view(seq: number, senderId: string, time: string, state?: SendState): MessageView {
  return {
    key: `k${seq}${time}`,
    own: senderId === "me",
    state: senderId === "me" ? state ?? "sent" : null,
    failure: null,
    message: {
      id: `c.${seq}`,
      clientId: `x${seq}`,
      conversationId: "c",
      seq,
      senderId,
      content: "text",
      createdAt: `2025-11-${time}Z`,
      editedAt: null,
      deletedAt: null,
      replyTo: null,
      reactions: [],
      read: false,
      sender: { id: senderId, name: senderId, avatar: null },
    },
  };
}

const drawn = (days: Day[]) =>
  days.map((day) =>
    day.rows.map((row) =>
      (row.newLine ? "|" : "") + (row.first ? "[" : "") + row.view.message.seq +
      (row.last ? "]" : "")
    ).join("")
  );

Deno.test("one person within five minutes is one group", () => {
  const days = layOut(
    [
      view(1, "ann", "24T10:00:00"),
      view(2, "ann", "24T10:05:00"),
      view(3, "ann", "24T10:10:01"),
      view(4, "me", "24T10:10:02"),
      view(5, "ann", "24T10:10:03"),
    ],
    utc,
    null,
  );
  deepEqual(drawn(days), ["[12][3][4][5]"]);
});

Deno.test("midnight where the reader is ends a day and a group", () => {
  const views = [view(1, "ann", "23T22:59:00"), view(2, "ann", "23T23:01:00")];
  deepEqual(drawn(layOut(views, utc, null)), ["[12]"]);
  deepEqual(drawn(layOut(views, { locale: "de", timeZone: "Europe/Berlin" }, null)), [
    "[1]",
    "[2]",
  ]);
});

Deno.test("the New line stands before the first unread message and splits a group", () => {
  const views = [1, 2, 3].map((seq) => view(seq, "ann", "24T10:00:00"));
  deepEqual(drawn(layOut(views, utc, 2)), ["[1]|[23]"]);
  deepEqual(drawn(layOut(views, utc, 1)), ["|[123]"]);
  deepEqual(drawn(layOut(views, utc, 4)), ["[123]"]);
  deepEqual(drawn(layOut(views, utc, null)), ["[123]"]);
});

Deno.test("the New line is not drawn above a page that begins after it", () => {
  deepEqual(drawn(layOut([view(8, "ann", "24T10:00:00")], utc, 3)), ["[8]"]);
});

Deno.test("unsent messages come after the New line without another one", () => {
  const views = [
    view(1, "ann", "24T10:00:00"),
    view(2, "ann", "24T10:00:01"),
    view(0, "me", "24T10:00:02", "sending"),
    view(0, "me", "24T10:00:03", "sending"),
  ];
  deepEqual(drawn(layOut(views, utc, 2)), ["[1]|[2][00]"]);
});

Deno.test("a state is shown where it changes and at the end of a group", () => {
  const rows = layOut(
    [
      view(1, "me", "24T10:00:00", "read"),
      view(2, "me", "24T10:00:01", "read"),
      view(3, "me", "24T10:00:02", "sent"),
      view(0, "me", "24T10:00:03", "failed"),
      view(0, "me", "24T10:00:04", "failed"),
    ],
    utc,
    null,
  ).flatMap((day) => day.rows.map((row) => row.showState));
  deepEqual(rows, [false, true, true, true, true]);
});

Deno.test("a thousand messages are laid out once each", () => {
  const views = Array.from({ length: 1000 }, (_, i) => view(i + 1, "ann", "24T10:00:00"));
  equal(layOut(views, utc, null).flatMap((day) => day.rows).length, 1000);
});
