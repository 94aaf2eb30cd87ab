import { toBootOfQemu } from '../../../model/boot-of-guest.ts';
import type { OpenTrimMark } from '../../../ports/store/open-trims.ts';

/** The boot of the guest in which a trim ran. Where qemu-ga carried it out, the run of its QEMU stands for that. */
export function bootOfTrim({
  bootId,
  inside,
  process,
}: Pick<OpenTrimMark, 'bootId' | 'inside' | 'process'>): string | null {
  return inside === 'qemu-ga' ? toBootOfQemu(process) : bootId;
}
