import { parseKeyValues } from './key-values.ts';
import type { QemuOption } from './options.ts';

/** `-name X`, `-name guest=X,debug-threads=on`; null when it was given none. */
export function readName(options: readonly QemuOption[]): string | null {
  const name = lastOf(options, 'name');
  return name === null ? null : (parseKeyValues({ text: name, impliedKey: 'guest' }).get('guest') ?? null);
}

/**
 * `uuid` names the guest on the host: `-uuid`, or that of `-smbios type=1` where only that is given (Proxmox VE).
 * `guestUuid` is what the guest sees as its product_uuid: they differ where libvirt has a `<hwuuid>`. Both in lower
 * case.
 */
export function readUuids(options: readonly QemuOption[]): { uuid: string | null; guestUuid: string | null } {
  const smbios = options
    .filter(({ name }) => name === 'smbios')
    .map(({ value }) => parseKeyValues({ text: value, impliedKey: 'file' }))
    .find((table) => table.get('type') === '1' && table.has('uuid'))
    ?.get('uuid')
    ?.toLowerCase();
  const own = lastOf(options, 'uuid')?.toLowerCase();
  return { uuid: own ?? smbios ?? null, guestUuid: smbios ?? own ?? null };
}

function lastOf(options: readonly QemuOption[], wanted: string): string | null {
  return options.filter(({ name }) => name === wanted).at(-1)?.value ?? null;
}
