import { textParts } from "../text/rich_text.ts";

/** The text of a message: plain, with its links clickable. */
export function MessageText({ text }: { text: string }) {
  return (
    <div dir="auto">
      {textParts(text).map((part, index) =>
        part.kind === "text" ? part.text : (
          // Isolated by `dir`: a character before it that turns text around leaves the address as it is.
          <a
            key={index}
            dir="ltr"
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow ugc"
          >
            {part.text}
          </a>
        )
      )}
    </div>
  );
}
