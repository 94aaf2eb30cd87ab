import { type GuestIdentity, NAME_LIMIT } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { readAttribute } from './attributes.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What firmware carries when nobody gave it a UUID: the same in every such machine, so it tells none from another. */
const NOBODYS_UUIDS = new Set([
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '03000200-0400-0500-0006-000700080009',
]);

/** What the kernel itself calls a machine that was given no name (CONFIG_DEFAULT_HOSTNAME). */
const NAMELESS = '(none)';

/** Read from /proc, /etc and the firmware's SMBIOS tables; what a guest lacks, or only root may read, is null. */
export async function readGuestIdentity({ files }: { readonly files: KernelFiles }): Promise<GuestIdentity> {
  const hostname =
    (await readAttribute({ files, path: '/proc/sys/kernel/hostname' })) ??
    (await readAttribute({ files, path: '/etc/hostname' })) ??
    NAMELESS;
  return {
    hostname: hostname.slice(0, NAME_LIMIT),
    productUuid: parseUuid(await readAttribute({ files, path: '/sys/class/dmi/id/product_uuid' })),
    machineId: parseMachineId(
      (await readAttribute({ files, path: '/etc/machine-id' })) ??
        (await readAttribute({ files, path: '/var/lib/dbus/machine-id' })),
    ),
    bootId: parseUuid(await readAttribute({ files, path: '/proc/sys/kernel/random/boot_id' })),
  };
}

function parseUuid(text: string | null): string | null {
  const uuid = text?.toLowerCase() ?? '';
  return UUID.test(uuid) && !NOBODYS_UUIDS.has(uuid) ? uuid : null;
}

/** machine-id(5): 32 hexadecimal digits, not all zero; `uninitialized` in an image that has not booted yet. */
function parseMachineId(text: string | null): string | null {
  const id = text?.toLowerCase() ?? '';
  return /^[0-9a-f]{32}$/.test(id) && !/^0+$/.test(id) ? id : null;
}
