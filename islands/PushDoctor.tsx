import "../components/bundle.ts";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { realPushBrowser } from "../lib/client/push_browser.ts";
import { getModel } from "../lib/client/model.ts";
import type { AppModel, PushTestResult } from "../lib/client/types.ts";
import type { IslandProps } from "../components/island_props.ts";
import { type DoctorBrowser, examine, type Findings } from "../components/settings/doctor.ts";
import { FindingList, TestOutcomes } from "../components/settings/Findings.tsx";
import { Button } from "../components/ui/Button.tsx";
import { usePageWords } from "../components/ui/page_words.ts";
import { ViewProvider } from "../components/ui/view.tsx";

/** "Why am I not getting notifications?": every step on this device, and a test to all. */
export default function PushDoctor({ initial, settings }: IslandProps) {
  const app = getModel(initial);
  useEffect(() => app.start(), []);
  return (
    <ViewProvider settings={settings}>
      <Doctor app={app} />
    </ViewProvider>
  );
}

type Test =
  | { kind: "none" | "running" | "failed" }
  | { kind: "done"; results: readonly PushTestResult[] };

function Doctor({ app }: { app: AppModel }) {
  const { doctor: p, push } = usePageWords();
  const findings = useSignal<Findings | null>(null);
  const running = useSignal(false);
  const test = useSignal<Test>({ kind: "none" });
  const found = findings.value;

  const check = async () => {
    if (running.peek()) return;
    running.value = true;
    const state = app.push.state.peek();
    findings.value = await examine({
      browser: doctorBrowser(),
      api: app.api,
      ownDevice: state.kind === "on" ? state.deviceId : null,
    });
    running.value = false;
  };
  const send = async () => {
    if (test.peek().kind === "running") return;
    test.value = { kind: "running" };
    try {
      test.value = { kind: "done", results: await app.api.testPush() };
    } catch {
      test.value = { kind: "failed" };
    }
  };

  const problems = found && Object.values(found).filter(({ kind }) => kind === "problem").length;
  return (
    <div class="flex flex-col gap-4">
      <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button kind="secondary" aria-disabled={`${running.value}`} onClick={check}>
          {running.value ? p.running : found ? p.again : p.start}
        </Button>
        <p role="status" class="font-medium">
          {problems !== null && !running.value && p.result(problems)}
        </p>
      </div>
      {found && (
        <>
          <FindingList findings={found} now={app.now.value} />
          <div>
            <Button
              kind="secondary"
              aria-disabled={`${test.value.kind === "running"}`}
              onClick={send}
            >
              {test.value.kind === "running" ? push.testing : p.test}
            </Button>
          </div>
          <div role="status">
            {test.value.kind === "failed" && <p class="text-danger">{push.testFailed}</p>}
            {test.value.kind === "done" && <TestOutcomes results={test.value.results} />}
          </div>
        </>
      )}
    </div>
  );
}

/** A worker that is not there after this does not come. */
const WORKER_MS = 5000;

/** The browser that the page runs in. */
function doctorBrowser(): DoctorBrowser {
  const push = realPushBrowser();
  return {
    isSecure: () => isSecureContext,
    support: push.support,
    permission: push.permission,
    subscription: push.subscription,
    hasWorker: () =>
      Promise.race([
        navigator.serviceWorker.ready.then(() => true),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), WORKER_MS)),
      ]),
  };
}
