import "../bundle.ts";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AppModel, ConversationModel } from "../../lib/client/types.ts";
import { isolate, relativeTime } from "../../lib/shared/i18n/format.ts";
import { ROOM_MEMBERS_MAX } from "../../lib/shared/limits.ts";
import type { RoomMember } from "../../lib/shared/message_schema.ts";
import type { Person } from "../../lib/shared/user_schema.ts";
import { logOut } from "../icon_nodes.ts";
import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Card.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { useDialogWords } from "../ui/dialog_words.ts";
import { SkeletonRows } from "../ui/Skeleton.tsx";
import { useView } from "../ui/view.tsx";
import { leaveConversation, pushConversation } from "./chat_history.ts";
import { conversationName } from "./conversation_names.ts";
import { Confirm, MemberRow } from "./MemberRow.tsx";
import { PersonPicker } from "./PersonPicker.tsx";

type Members =
  | { kind: "loading" }
  | { kind: "failed" }
  | { kind: "ready"; all: readonly RoomMember[] };

/** What waits for a second press. */
type Asking = { kind: "none" } | { kind: "leave" } | { kind: "remove"; userId: string };

/**
 * Who is in a room, with the ways in and out. Owners and admins add and remove (`chat_policy.ts` has
 * the last word); everybody but an owner may leave. It follows what others change.
 */
export function MembersDialog(
  { app, conversation, open, onClose }: {
    app: AppModel;
    conversation: ConversationModel;
    open: boolean;
    onClose: () => void;
  },
) {
  const { t, format } = useView();
  const d = useDialogWords();
  const members = useSignal<Members>({ kind: "loading" });
  const asking = useSignal<Asking>({ kind: "none" });
  const problem = useSignal<string | null>(null);
  const said = useSignal("");
  const row = conversation.row.value;
  const me = app.me.value;
  const online = app.connection.state.value.kind === "online";
  const rest = () => asking.value = { kind: "none" };

  const load = async (isStale: () => boolean = () => false) => {
    try {
      const { members: all } = await app.api.getRoom(row.id);
      if (!isStale()) members.value = { kind: "ready", all };
    } catch {
      if (!isStale() && members.peek().kind !== "ready") members.value = { kind: "failed" };
    }
  };
  useEffect(() => {
    if (!open) return;
    let stale = false;
    load(() => stale);
    return () => stale = true;
  }, [open, online, conversation.membership.value]);
  useEffect(() => {
    problem.value = null;
    rest();
  }, [open]);

  const state = members.value;
  const all = state.kind === "ready" ? state.all : [];
  const own = all.find(({ id }) => id === me?.id);
  const isAdmin = me?.role === "admin";
  const manages = own?.role === "owner" || isAdmin;

  const change = async (person: Person, adding: boolean) => {
    problem.value = null;
    rest();
    const { addMember, removeMember } = app.api;
    try {
      await (adding ? addMember : removeMember)(row.id, person.id);
      said.value = (adding ? d.members.addedNow : d.members.removedNow)(isolate(person.name));
      await load();
    } catch {
      problem.value = all.length >= ROOM_MEMBERS_MAX && adding
        ? d.members.full
        : d.members.changeFailed(isolate(person.name));
    }
  };
  const leave = async () => {
    problem.value = null;
    rest();
    if (await app.chat.leaveRoom(conversation)) {
      onClose();
      leaveConversation(app.chat);
    } else problem.value = d.members.leaveFailed;
  };
  const write = (person: Person) => {
    onClose();
    const direct = app.chat.openWith({ id: person.id, name: person.name, avatar: person.avatar });
    pushConversation(direct.row.value.id);
  };

  return (
    <Dialog
      id="members"
      open={open}
      title={<bdi>{d.members.title(isolate(conversationName(row)))}</bdi>}
      onClose={onClose}
    >
      <div class="min-h-0 overflow-y-auto overscroll-contain px-3 pt-1 pb-3">
        <p role="status" class="hidden-visually">{said.value}</p>
        {problem.value !== null && (
          <div class="px-2 pb-3">
            <Notice kind="danger">{problem.value}</Notice>
          </div>
        )}
        {manages && (
          <div class="px-2 pb-3">
            <PersonPicker
              app={app}
              id="members-add"
              label={d.members.add}
              without={new Set(all.map(({ id }) => id))}
              onPick={(person) => change(person, true)}
            />
          </div>
        )}
        {state.kind === "loading" && <SkeletonRows rows={3} />}
        {state.kind === "failed" && (
          <div class="px-2">
            <Notice kind="danger">{d.members.loadFailed}</Notice>
          </div>
        )}
        <ul aria-label={d.members.list}>
          {all.map((member) => {
            const { online, lastSeenAt } = app.presence.of(member.id).value;
            const here = member.id === me?.id || online;
            return (
              <MemberRow
                key={member.id}
                member={member}
                own={member.id === me?.id}
                online={here}
                presence={here
                  ? t.chat.online
                  : lastSeenAt === null
                  ? null
                  : t.chat.lastSeen(relativeTime(format, Date.parse(lastSeenAt), app.now.value))}
                asking={asking.value.kind === "remove" && asking.value.userId === member.id}
                onWrite={() => write(member)}
                onAsk={manages && member.role !== "owner"
                  ? () => asking.value = { kind: "remove", userId: member.id }
                  : undefined}
                onCancel={rest}
                onRemove={() => change(member, false)}
              />
            );
          })}
        </ul>
      </div>
      {own && (
        <div class="border-t border-line px-5 py-3">
          {asking.value.kind === "leave"
            ? (
              <Confirm
                text={d.members.leaveAsk}
                action={d.members.leaveDo}
                onCancel={rest}
                onConfirm={leave}
              />
            )
            : own.role === "owner" && !isAdmin
            ? <p class="text-sm text-muted">{d.members.ownerStays}</p>
            : (
              <Button kind="quiet" icon={logOut} onClick={() => asking.value = { kind: "leave" }}>
                {d.members.leave}
              </Button>
            )}
        </div>
      )}
    </Dialog>
  );
}
