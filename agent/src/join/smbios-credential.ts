import type { KernelFiles } from '../ports/kernel-files.ts';

const ENTRIES = '/sys/firmware/dmi/entries';

/** OEM strings (SMBIOS 3.7, section 7.12). */
const TYPE = 11;

/**
 * A credential that the hypervisor gave the machine by an OEM string of its firmware, as systemd.exec(5) has it:
 * `io.systemd.credential:NAME=TEXT`, or `io.systemd.credential.binary:NAME=BASE64`. Null if there is none.
 */
export async function readSmbiosCredential({
  files,
  name,
}: {
  files: KernelFiles;
  name: string;
}): Promise<string | null> {
  const entries = (await files.list(ENTRIES)).filter((entry) => entry.startsWith(`${TYPE}-`));
  for (const entry of entries) {
    const raw = await files.readBytes(`${ENTRIES}/${entry}/raw`);
    const found = raw === null ? null : findCredential({ strings: parseStrings(raw), name });
    if (found !== null) return found;
  }
  return null;
}

/** Those behind the fixed part, whose length its second byte is (section 6.1.3). None where that is not so. */
export function parseStrings(raw: Uint8Array): readonly string[] {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const [type, length = 0] = bytes;
  if (type !== TYPE || length > bytes.length) return [];
  return bytes
    .toString('utf8', length)
    .split('\0')
    .filter((text) => text !== '');
}

function findCredential({ strings, name }: { strings: readonly string[]; name: string }): string | null {
  const text = `io.systemd.credential:${name}=`;
  const binary = `io.systemd.credential.binary:${name}=`;
  for (const each of strings) {
    if (each.startsWith(text)) return each.slice(text.length);
    if (each.startsWith(binary)) return Buffer.from(each.slice(binary.length), 'base64').toString();
  }
  return null;
}
