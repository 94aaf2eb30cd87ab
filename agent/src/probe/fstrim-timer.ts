import type { Inventory } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';

const WANTED = '/etc/systemd/system/timers.target.wants/fstrim.timer';
const UNITS = ['/lib/systemd/system/fstrim.timer', '/usr/lib/systemd/system/fstrim.timer'];

/**
 * Is util-linux's own fstrim.timer enabled? By the links that `systemctl enable` makes, as systemd itself may not
 * answer (systemd.unit(5)).
 */
export async function readFstrimTimer({ files }: { readonly files: KernelFiles }): Promise<Inventory['fstrimTimer']> {
  if ((await files.resolve(WANTED)) !== null) return 'enabled';
  const units = await Promise.all(UNITS.map((path) => files.resolve(path)));
  return units.some((unit) => unit !== null) ? 'disabled' : null;
}
