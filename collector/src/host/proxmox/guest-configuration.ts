/** The current section of /etc/pve/qemu-server/VMID.conf (qm.conf(5)): key to value. */
export type GuestConfiguration = ReadonlyMap<string, string>;

/**
 * `key: value` lines up to the first section. What follows is not what runs: `[PENDING]` waits for the next start,
 * `[special:…]` are Proxmox VE's own notes, and every other name is a snapshot with the configuration of that day.
 */
export function parseGuestConfiguration(text: string): {
  readonly current: GuestConfiguration;
  /** Changes that wait for the next start of the guest. */
  readonly pending: GuestConfiguration;
  readonly snapshots: readonly string[];
} {
  const current = new Map<string, string>();
  const pending = new Map<string, string>();
  const snapshots: string[] = [];
  let target: Map<string, string> | null = current;
  for (const line of text.split('\n')) {
    const section = /^\[([^\]]+)\]\s*$/.exec(line)?.[1];
    if (section !== undefined) {
      const isPending = /^pending$/i.test(section);
      target = isPending ? pending : null;
      if (!isPending && !section.startsWith('special:')) snapshots.push(section);
      continue;
    }
    const [, key, value] = /^([a-z][a-z_-]*\d*):\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) target?.set(key, value);
  }
  return { current, pending, snapshots };
}

/**
 * `local-lvm:vm-100-disk-0,discard=on,size=32G`: the first value is that of `impliedKey` unless it says itself what it
 * is.
 */
export function parseProperties({
  text,
  impliedKey,
}: {
  text: string;
  impliedKey: string;
}): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').map((part) => {
      const [, key, value] = /^([a-z][a-z0-9_-]*)=(.*)$/.exec(part) ?? [];
      return key === undefined || value === undefined ? [impliedKey, part] : [key, value];
    }),
  );
}
