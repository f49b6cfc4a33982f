import type { PushTestResult } from "../../lib/client/types.ts";
import { aheadTime } from "../../lib/shared/i18n/ahead.ts";
import type { Format } from "../../lib/shared/i18n/format.ts";
import type { PageCatalogue } from "../../lib/shared/i18n/pages.ts";
import { check, circleCheck, clock, type IconNode, info, warning, x } from "../icon_nodes.ts";
import { Icon } from "../ui/Icon.tsx";
import { usePageWords } from "../ui/page_words.ts";
import { useView } from "../ui/view.tsx";
import { categoryNamed } from "./category_title.ts";
import { type Finding, type Findings, steps } from "./doctor.ts";

const looks: Record<Finding["kind"], { icon: IconNode; colour: string }> = {
  fine: { icon: circleCheck, colour: "text-ok" },
  note: { icon: info, colour: "text-accent" },
  problem: { icon: warning, colour: "text-danger" },
  open: { icon: clock, colour: "text-muted" },
};

/** Each step with what was found and what to do about it. */
export function FindingList({ findings, now }: { findings: Findings; now: number }) {
  const words = usePageWords();
  const { doctor: p } = words;
  const { format } = useView();
  const blocked = steps.some((step) => findings[step].kind === "problem");
  /** Said once is enough. */
  const firstOpen = steps.find((step) => findings[step].kind === "open");
  return (
    <ol class="divide-y divide-line" aria-label={p.title}>
      {steps.map((step) => {
        const finding = findings[step];
        const { icon, colour } = looks[finding.kind];
        const why = blocked ? p.openText : p.unanswered;
        const text = finding.kind === "open"
          ? step === firstOpen ? why : null
          : textOf(finding, words, format, now);
        return (
          <li key={step} class="flex gap-3 py-2.5" data-finding={finding.kind}>
            <Icon of={icon} class={`mt-px ${colour}`} />
            <div class="min-w-0 grow">
              <p class="flex flex-wrap items-baseline justify-between gap-x-3">
                <span class="font-medium">{p.steps[step]}</span>
                <span class={`text-sm font-medium ${colour}`}>{p.state[finding.kind]}</span>
              </p>
              {text && <p class="text-sm text-muted text-pretty">{text}</p>}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function textOf(
  finding: Finding,
  words: PageCatalogue,
  format: Format,
  now: number,
): string | null {
  const { doctor: p } = words;
  if (finding.kind === "problem") return p.problems[finding.why];
  if (finding.kind !== "note") return null;
  switch (finding.why) {
    case "some_kinds_off":
      return p.notes.some_kinds_off(
        new Intl.ListFormat(format.locale).format(
          finding.kinds.map((name) => categoryNamed(name, words)),
        ),
      );
    case "quiet_now":
      return p.notes.quiet_now(aheadTime(format, Date.parse(finding.until), now));
    case "some_muted":
      return p.notes.some_muted(finding.count);
    default:
      return p.notes[finding.why];
  }
}

/** What became of the test on each device. */
export function TestOutcomes({ results }: { results: readonly PushTestResult[] }) {
  const { doctor: p, push } = usePageWords();
  if (results.length === 0) return <p class="text-muted">{push.testNone}</p>;
  return (
    <>
      <h3 class="text-sm font-semibold">{p.testTitle}</h3>
      <ul class="divide-y divide-line">
        {results.map(({ deviceId, name, outcome }) => {
          const sent = outcome.result === "sent";
          return (
            <li key={deviceId} class="flex gap-3 py-2.5">
              <Icon of={sent ? check : x} class={`mt-px ${sent ? "text-ok" : "text-danger"}`} />
              <div class="min-w-0">
                <p class="font-medium wrap-anywhere">
                  <bdi>{name}</bdi>
                </p>
                <p class="text-sm text-muted text-pretty">{p.tested[outcome.result]}</p>
              </div>
            </li>
          );
        })}
      </ul>
    </>
  );
}
