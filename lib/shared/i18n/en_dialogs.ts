/** English: the words of what opens over the chat page, which comes with them. */
import { counter } from "./count.ts";

const count = counter("en");

export const enDialogs = {
  room: {
    title: "New room",
    text: "A room is a group conversation, for a cohort for example.",
    name: "Name",
    nameMissing: "Give the room a name.",
    members: "Members",
    membersHint: "Search people by name",
    added: (n: number) => count(n, "person added", "people added"),
    add: (name: string) => `Add ${name}`,
    removeMember: (name: string) => `Remove ${name}`,
    nobody: "Nobody of that name.",
    create: "Create room",
  },
  members: {
    title: (room: string) => `Members of ${room}`,
    list: "Members",
    owner: "Owner",
    you: "You",
    write: (name: string) => `Write to ${name}`,
    add: "Add people",
    addHint: "Add people by name",
    addedNow: (name: string) => `${name} was added.`,
    removedNow: (name: string) => `${name} was removed.`,
    remove: (name: string) => `Remove ${name}`,
    removeAsk: (name: string) =>
      `Remove ${name}? They can no longer read or write here. What they wrote stays.`,
    removeDo: "Remove",
    leave: "Leave room",
    leaveAsk: "Leave this room? You can only come back when an owner adds you.",
    leaveDo: "Leave",
    ownerStays: "You own this room, so you can’t leave it.",
    loadFailed: "The members could not be loaded. Check your connection and try again.",
    changeFailed: (name: string) => `${name} could not be changed. Try again in a moment.`,
    full: "This room is full.",
    leaveFailed: "You could not leave. Nothing was changed. Try again in a moment.",
  },
  mute: {
    title: "Mute this conversation",
    text: "No pushes and no pop-ups. Messages still arrive.",
    hour: "For an hour",
    hours: "For 8 hours",
    morning: "Until tomorrow morning",
    forEver: "Until I unmute it",
    unmute: "Unmute",
    now: (until: string) => `Muted until ${until}`,
    nowForEver: "Muted until you unmute it",
    failed: "That could not be changed. Check your connection and try again.",
  },
  inbox: {
    title: "Notification",
    more: "More actions",
    alike: (n: number) => `${n} alike`,
    unfold: (n: number) => `Show ${n} more`,
    fold: "Show less",
    readAll: (n: number) => `Mark all ${n} as read`,
    archiveAll: (n: number) => `Archive all ${n}`,
    hour: "Snooze for an hour",
    evening: "Snooze until this evening",
    tomorrow: "Snooze until tomorrow morning",
    week: "Snooze until next week",
    wake: "Bring back now",
    comesBack: (when: string) => `Comes back: ${when}`,
  },
  actions: {
    title: "Message",
  },
};

/** Every catalogue of dialogs has exactly these keys. */
export type DialogCatalogue = typeof enDialogs;
