/** What becomes of sockets, counted. */
import type { HubMeter } from "../realtime/types.ts";
import type { Figures } from "./figures.ts";

/** A meter that fills `figures`. */
export function meterSockets(figures: Figures): HubMeter {
  let delivered = 0;
  let opened = 0;
  let resumes = 0;
  let replayed = 0;
  let reset = 0;
  let gaps = 0;
  let filled = 0;
  figures.count("deliveries_total", "Live frames handed to sockets", () => delivered);
  figures.count("sockets_opened_total", "Sockets that were opened", () => opened);
  figures.count("resumes_total", "Resumes that were answered", () => resumes);
  figures.count("resumed_frames_total", "Frames that resumes replayed", () => replayed);
  figures.count("resume_resets_total", "Conversations too far behind to be replayed", () => reset);
  figures.count("gaps_filled_total", "Gaps that clients had filled", () => gaps);
  figures.count("gap_messages_total", "Messages that filled gaps", () => filled);
  const closed = figures.tally(
    "sockets_closed_total",
    "Sockets that ended, by close code and reason; code none: by the peer or the network",
    ["code", "reason"],
  );
  const refused = figures.tally("sockets_refused_total", "Sockets that were not taken", ["code"]);
  const slow = figures.tally("slow_readers_closed_total", "Sockets closed for reading slowly", []);
  slow.add("", 0);
  return {
    delivered: (sockets) => void (delivered += sockets),
    opened: () => void opened++,
    closed(by) {
      closed.add(by ? `${by.code}|${by.reason}` : "none|ended by the peer");
      if (by?.reason === "too slow") slow.add("");
    },
    refused: (code) => refused.add(String(code)),
    resumed(answer) {
      resumes++;
      replayed += answer.frames;
      reset += answer.reset;
    },
    filled(messages) {
      gaps++;
      filled += messages;
    },
  };
}
