import { useState } from "preact/hooks";
import type { Person } from "../../lib/shared/user_schema.ts";
import { users } from "../icon_nodes.ts";
import { Icon } from "./Icon.tsx";
import { avatarColour, initials } from "./initials.ts";

const sizes = {
  xs: "size-6 text-[0.625rem]",
  sm: "size-8 text-xs",
  md: "size-11 text-base",
  lg: "size-16 text-xl",
  xl: "size-20 text-2xl",
};
const iconSizes = { xs: 12, sm: 16, md: 20, lg: 28, xl: 32 };
export type AvatarSize = keyof typeof sizes;

/** Somebody who is there has a disc; somebody who is not has none: a shape, not only a colour. */
export function PresenceDot() {
  return (
    <span class="presence absolute -end-0.5 -bottom-0.5 size-3.5 rounded-full border-2 border-surface bg-ok" />
  );
}

/**
 * A person's picture, or initials on a colour of their own. Decoration: the name stands beside it.
 */
export function Avatar(
  { person, size = "md", online }: {
    person: Person;
    size?: AvatarSize;
    online?: boolean;
  },
) {
  const [broken, setBroken] = useState<string | null>(null);
  const picture = person.avatar !== null && person.avatar !== broken ? person.avatar : null;
  return (
    <span class="relative inline-flex shrink-0" aria-hidden="true">
      <span
        class={`avatar avatar-${avatarColour(person.id)} grid place-items-center overflow-hidden
          rounded-full font-semibold ${sizes[size]}`}
      >
        {picture
          ? (
            <img
              src={picture}
              alt=""
              loading="lazy"
              decoding="async"
              referrerpolicy="no-referrer"
              class="size-full object-cover"
              onError={() => setBroken(picture)}
            />
          )
          : initials(person.name)}
      </span>
      {online && <PresenceDot />}
    </span>
  );
}

/** A room's sign: its colour, and people instead of initials. */
export function RoomAvatar({ id, size = "md" }: { id: string; size?: AvatarSize }) {
  return (
    <span
      class={`avatar avatar-${avatarColour(id)} grid shrink-0 place-items-center
        rounded-card ${sizes[size]}`}
      aria-hidden="true"
    >
      <Icon of={users} size={iconSizes[size]} />
    </span>
  );
}
