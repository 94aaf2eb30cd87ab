import type { GuestFacts } from '@trimtab/protocol';

/** Asks systeminformation, here and now; only ever in the short-lived process of `trimtab-agent facts`. */
export async function readSystemFacts(): Promise<GuestFacts> {
  const { default: si } = await import('systeminformation');
  const [os, system] = await Promise.all([si.osInfo(), si.system()]);
  return {
    distribution: toText([os.distro, os.release].filter((part) => part !== 'unknown').join(' ')),
    kernel: toText(os.kernel),
    architecture: toText(os.arch),
    virtualisation: system.virtual ? toText(system.virtualHost ?? 'virtual') : null,
    hardwareUuid: toText(system.uuid),
  };
}

/** systeminformation writes `-`, `unknown` or nothing for what it does not know. */
function toText(value: string | undefined): string | null {
  const text = (value ?? '').trim().slice(0, 256);
  return text === '' || text === '-' || text === 'unknown' ? null : text;
}
