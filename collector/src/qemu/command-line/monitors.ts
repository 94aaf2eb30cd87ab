import { isOn, type KeyValues, parseKeyValues } from './key-values.ts';
import type { QemuOption } from './options.ts';

/**
 * Paths of the UNIX sockets on which QEMU itself listens for QMP, in the order of the command line; may be relative.
 * A libvirt monitor is not among them: libvirt hands the socket over as a file descriptor and holds it.
 */
export function readQmpSockets(options: readonly QemuOption[]): readonly string[] {
  const chardevs = new Map(
    options
      .filter(({ name }) => name === 'chardev')
      .map(({ value }) => parseKeyValues({ text: value, impliedKey: 'backend' }))
      .map((chardev) => [chardev.get('id') ?? '', chardev] as const),
  );
  return options.flatMap(({ name, value }) => {
    const path = name === 'mon' ? fromMonitor(value, chardevs) : name.startsWith('qmp') ? fromShortForm(value) : null;
    return path === null ? [] : [path];
  });
}

/** `-mon chardev=ID,mode=control`, whose character device is a listening UNIX socket. */
function fromMonitor(value: string, chardevs: ReadonlyMap<string, KeyValues>): string | null {
  const monitor = parseKeyValues({ text: value, impliedKey: 'chardev' });
  if (monitor.get('mode') !== 'control') return null;
  const chardev = chardevs.get(monitor.get('chardev') ?? '');
  return chardev !== undefined && chardev.get('backend') === 'socket' ? toListeningPath(chardev) : null;
}

/** `-qmp unix:PATH,server=on,wait=off`; a name alone is the id of a character device and has its own -chardev. */
function fromShortForm(value: string): string | null {
  if (!value.startsWith('unix:')) return null;
  return toListeningPath(parseKeyValues({ text: value.slice('unix:'.length), impliedKey: 'path' }));
}

function toListeningPath(socket: KeyValues): string | null {
  return isOn(socket.get('server')) ? (socket.get('path') ?? null) : null;
}
