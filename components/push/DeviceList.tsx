import type { Device } from "../../lib/shared/notification_schema.ts";
import { laptop, phone, trash } from "../icon_nodes.ts";
import { Icon } from "../ui/Icon.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { Switch } from "../ui/Switch.tsx";
import { TimeText } from "../ui/TimeText.tsx";
import { usePageWords } from "../ui/page_words.ts";

/** Everything that takes the account's pushes, and what became of the last one. */
export function DeviceList(
  { devices, own, now, onSwitch, onRemove }: {
    devices: readonly Device[];
    /** Id of this browser's device. */
    own: string | null;
    now: number;
    onSwitch: (device: Device, enabled: boolean) => void;
    onRemove: (device: Device) => void;
  },
) {
  const p = usePageWords();
  return (
    <div>
      <h3 class="text-sm font-semibold">{p.push.devices}</h3>
      {devices.length === 0
        ? <p class="mt-1 text-muted">{p.push.devicesEmpty}</p>
        : (
          <ul class="mt-1 divide-y divide-line">
            {devices.map((device) => (
              <li key={device.id} class="flex items-center gap-2 py-3 pane:gap-4">
                <span class="text-muted">
                  <Icon of={/phone|android|ipad/i.test(device.name) ? phone : laptop} />
                </span>
                <div class="min-w-0 grow">
                  <p class="flex flex-wrap items-baseline gap-x-2">
                    <bdi class="font-medium wrap-anywhere">{device.name}</bdi>
                    {device.id === own && (
                      <span class="text-sm font-medium text-ok">{p.push.thisDevice}</span>
                    )}
                  </p>
                  <p class="text-sm text-muted">
                    {device.state === "needs_resubscribe"
                      ? <span class="text-warn">{p.push.needsAgain}</span>
                      : !device.enabled
                      ? p.push.paused
                      : (
                        <>
                          {p.push.lastOutcome}:{" "}
                          {p.push.outcome[device.lastOutcome?.result ?? "none"]}
                          {device.lastOutcome && (
                            <>
                              {", "}
                              <TimeText at={device.lastOutcome.at} now={now} as="relative" />
                            </>
                          )}
                        </>
                      )}
                  </p>
                </div>
                <Switch
                  label={p.push.deviceOn(device.name)}
                  on={device.enabled}
                  onChange={(enabled) =>
                    onSwitch(device, enabled)}
                />
                <IconButton
                  icon={trash}
                  size={18}
                  align="end"
                  label={p.push.removeDevice(device.name)}
                  onClick={() => onRemove(device)}
                />
              </li>
            ))}
          </ul>
        )}
    </div>
  );
}
