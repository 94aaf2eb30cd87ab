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
    const path =
      name === 'mon' ? fromMonitor(value, chardevs) : name.startsWith('qmp') ? fromShortForm(value, chardevs) : null;
    return path === null ? [] : [path];
  });
}

type Chardevs = ReadonlyMap<string, KeyValues>;

/** `-mon chardev=ID,mode=control`, whose character device is a listening UNIX socket. */
function fromMonitor(value: string, chardevs: Chardevs): string | null {
  const monitor = parseKeyValues({ text: value, impliedKey: 'chardev' });
  return monitor.get('mode') === 'control' ? fromChardev(monitor.get('chardev') ?? '', chardevs) : null;
}

/** `-qmp unix:PATH,server=on,wait=off`, or `-qmp chardev:ID` (monitor_parse in QEMU's monitor.c). */
function fromShortForm(value: string, chardevs: Chardevs): string | null {
  if (value.startsWith('chardev:')) return fromChardev(value.slice('chardev:'.length), chardevs);
  if (!value.startsWith('unix:')) return null;
  return toListeningPath(parseKeyValues({ text: value.slice('unix:'.length), impliedKey: 'path' }));
}

function fromChardev(id: string, chardevs: Chardevs): string | null {
  const chardev = chardevs.get(id);
  return chardev !== undefined && chardev.get('backend') === 'socket' ? toListeningPath(chardev) : null;
}

function toListeningPath(socket: KeyValues): string | null {
  return isOn(socket.get('server')) ? (socket.get('path') ?? null) : null;
}
