import { isOn, type KeyValues, parseKeyValues } from './key-values.ts';
import type { QemuOption } from './options.ts';

/** The `-chardev` of a command line, by their ids. */
export type Chardevs = ReadonlyMap<string, KeyValues>;

export function readChardevs(options: readonly QemuOption[]): Chardevs {
  return new Map(
    options
      .filter(({ name }) => name === 'chardev')
      .map(({ value }) => parseKeyValues({ text: value, impliedKey: 'backend' }))
      .map((chardev) => [chardev.get('id') ?? '', chardev] as const),
  );
}

/** Where this one listens as a UNIX socket, maybe by a relative path; null where it does not, or by a descriptor. */
export function toListeningPath(id: string, chardevs: Chardevs): string | null {
  const chardev = chardevs.get(id);
  return chardev !== undefined && chardev.get('backend') === 'socket' ? ofSocket(chardev) : null;
}

export function ofSocket(socket: KeyValues): string | null {
  return isOn(socket.get('server')) ? (socket.get('path') ?? null) : null;
}
