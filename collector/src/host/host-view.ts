import type { Domain, Finding, HostView } from '../model/domain.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { readLoopDevices } from './loop-devices.ts';
import { readQemuProcesses } from './qemu-processes.ts';
import { type StaticGuest, toStaticDomain } from './static-list.ts';

/** Everything this host says about its guests, at `now` (UTC, milliseconds). What it can see by itself outranks the configuration. */
export async function readHost({
  files,
  staticGuests,
  now,
}: {
  files: HostFiles;
  staticGuests: readonly StaticGuest[];
  now: number;
}): Promise<HostView> {
  const [processes, loops] = await Promise.all([readQemuProcesses({ files }), readLoopDevices({ files })]);
  const seen = [...processes.domains, ...loops.domains];
  const configured = staticGuests.map(toStaticDomain).map((domain) => ({ domain, rival: findRival(domain, seen) }));
  return {
    takenAt: now,
    domains: [...seen, ...configured.flatMap(({ domain, rival }) => (rival === null ? [domain] : []))],
    findings: [
      ...processes.findings,
      ...loops.findings,
      ...configured.flatMap(({ domain, rival }) => (rival === null ? [] : [toFinding(domain, rival)])),
    ],
  };
}

function findRival({ uuid }: Domain, seen: readonly Domain[]): Domain | null {
  return uuid === null ? null : (seen.find((domain) => domain.uuid === uuid) ?? null);
}

function toFinding(configured: Domain, rival: Domain): Finding {
  return {
    subject: configured.name,
    sentence: `The configured guest has the uuid of the running QEMU process ${rival.pid} (${rival.name}); the process is believed.`,
    hint: `Remove [[guest]] ${configured.name} from the configuration.`,
  };
}
