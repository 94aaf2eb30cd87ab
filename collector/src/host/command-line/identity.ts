import { parseKeyValues } from './key-values.ts';
import type { QemuOption } from './options.ts';

/** `-name X`, `-name guest=X,debug-threads=on`; null when it was given none. */
export function readName(options: readonly QemuOption[]): string | null {
  const name = lastOf(options, 'name');
  return name === null ? null : (parseKeyValues({ text: name, impliedKey: 'guest' }).get('guest') ?? null);
}

/**
 * The UUID that the guest sees as its product_uuid, in lower case: that of `-smbios type=1`, which differs from `-uuid`
 * where libvirt has a `<hwuuid>`; else `-uuid`.
 */
export function readUuid(options: readonly QemuOption[]): string | null {
  const smbios = options
    .filter(({ name }) => name === 'smbios')
    .map(({ value }) => parseKeyValues({ text: value, impliedKey: 'file' }))
    .find((table) => table.get('type') === '1' && table.has('uuid'));
  return (smbios?.get('uuid') ?? lastOf(options, 'uuid'))?.toLowerCase() ?? null;
}

function lastOf(options: readonly QemuOption[], wanted: string): string | null {
  return options.filter(({ name }) => name === wanted).at(-1)?.value ?? null;
}
