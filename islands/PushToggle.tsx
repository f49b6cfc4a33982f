import "../components/bundle.ts";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { getModel } from "../lib/client/model.ts";
import type { AppModel } from "../lib/client/types.ts";
import type { Device } from "../lib/shared/notification_schema.ts";
import { DeviceList } from "../components/push/DeviceList.tsx";
import { PushStatus } from "../components/push/PushStatus.tsx";
import type { IslandProps } from "../components/island_props.ts";
import { usePageWords } from "../components/ui/page_words.ts";
import { ViewProvider } from "../components/ui/view.tsx";

/** Push on this device, in every state of P26, and the account's other devices. */
export default function PushToggle(
  { initial, settings, devices }: IslandProps & { devices: Device[] },
) {
  const app = getModel(initial);
  useEffect(() => app.start(), []);
  return (
    <ViewProvider settings={settings}>
      <Push app={app} initialDevices={devices} />
    </ViewProvider>
  );
}

function Push({ app, initialDevices }: { app: AppModel; initialDevices: Device[] }) {
  const p = usePageWords();
  const devices = useSignal<readonly Device[]>(initialDevices);
  const state = app.push.state.value;
  const own = state.kind === "on" ? state.deviceId : null;
  const tell = (text: string) => app.toasts.show({ kind: "text", text });

  const reload = () =>
    app.api.listDevices().then(
      (list) => {
        devices.value = list;
      },
      () => tell(p.push.loadFailed),
    );

  // A device appears when push is turned on here, and goes when it is turned off.
  useEffect(() => {
    if (state.kind === "on" || state.kind === "off") reload();
  }, [state.kind, own]);

  return (
    <div class="flex flex-col gap-6">
      <PushStatus
        state={state}
        onEnable={() => app.push.enable()}
        onDisable={() => app.push.disable()}
        onTest={async () => {
          try {
            const results = await app.push.test();
            if (results.length === 0) tell(p.push.testNone);
            await reload();
          } catch {
            tell(p.push.testFailed);
          }
        }}
      />
      <DeviceList
        devices={devices.value}
        own={own}
        now={app.now.value}
        onSwitch={(device, enabled) => {
          // As chosen at once, and as it is again when that can't be.
          const show = (now: Device) =>
            devices.value = devices.peek().map((other) => other.id === now.id ? now : other);
          show({ ...device, enabled });
          app.api.switchDevice(device.id, enabled).then(show, () => {
            show({ ...device });
            tell(p.push.switchFailed);
          });
        }}
        onRemove={(device) =>
          app.api.removeDevice(device.id).then(
            () => {
              devices.value = devices.peek().filter((other) => other.id !== device.id);
              if (device.id === own) app.push.disable();
            },
            () => tell(p.push.removeFailed),
          )}
      />
    </div>
  );
}
