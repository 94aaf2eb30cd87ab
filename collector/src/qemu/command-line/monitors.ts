import { type Chardevs, ofSocket, readChardevs, toListeningPath } from './chardevs.ts';
import { parseKeyValues } from './key-values.ts';
import type { QemuOption } from './options.ts';

/**
 * Paths of the UNIX sockets on which QEMU itself listens for QMP, in the order of the command line; may be relative.
 * A libvirt monitor is not among them: libvirt hands the socket over as a file descriptor and holds it.
 */
export function readQmpSockets(options: readonly QemuOption[]): readonly string[] {
  const chardevs = readChardevs(options);
  return options.flatMap(({ name, value }) => {
    const path =
      name === 'mon' ? fromMonitor(value, chardevs) : name.startsWith('qmp') ? fromShortForm(value, chardevs) : null;
    return path === null ? [] : [path];
  });
}

/** `-mon chardev=ID,mode=control`, whose character device is a listening UNIX socket. */
function fromMonitor(value: string, chardevs: Chardevs): string | null {
  const monitor = parseKeyValues({ text: value, impliedKey: 'chardev' });
  return monitor.get('mode') === 'control' ? toListeningPath(monitor.get('chardev') ?? '', chardevs) : null;
}

/** `-qmp unix:PATH,server=on,wait=off`, or `-qmp chardev:ID` (monitor_parse in QEMU's monitor.c). */
function fromShortForm(value: string, chardevs: Chardevs): string | null {
  if (value.startsWith('chardev:')) return toListeningPath(value.slice('chardev:'.length), chardevs);
  if (!value.startsWith('unix:')) return null;
  return ofSocket(parseKeyValues({ text: value.slice('unix:'.length), impliedKey: 'path' }));
}
