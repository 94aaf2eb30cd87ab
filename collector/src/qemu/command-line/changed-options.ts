import { type KeyValues, parseKeyValues } from './key-values.ts';
import type { QemuOption } from './options.ts';

/** The options with what each `-set GROUP.ID.KEY=VALUE` changes in them, wherever it stands (qemu_set_option). */
export function applySets(options: readonly QemuOption[]): readonly QemuOption[] {
  const sets = options.flatMap(({ name, value }) => (name === 'set' ? toSet(value) : []));
  if (sets.length === 0) return options;
  return options.map((option) => {
    // QEMU refuses to -set what was given as JSON.
    if (option.value.startsWith('{')) return option;
    const id = parseKeyValues({ text: option.value, impliedKey: '' }).get('id');
    const mine = sets.filter((set) => set.group === option.name && set.id === id);
    return { ...option, value: [option.value, ...mine.map(({ change }) => change)].join(',') };
  });
}

function toSet(text: string) {
  const [, group, id, key, value] = /^([^.=]+)\.([^.=]+)\.([^=]+)=(.*)$/s.exec(text) ?? [];
  if (group === undefined || id === undefined) return [];
  return [{ group, id, change: `${key}=${value?.replaceAll(',', ',,')}` }];
}

/** A `-global` of one of these kinds counts for the device (measured, QEMU 7.2). One of an alias does not. */
const ALSO: readonly { readonly device: RegExp; readonly kinds: readonly string[] }[] = [
  { device: /^virtio-blk(?:-pci)?$/, kinds: ['virtio-blk-pci', 'virtio-blk-pci-base', 'virtio-blk-device'] },
  { device: /^virtio-blk-pci-/, kinds: ['virtio-blk-pci-base', 'virtio-blk-device'] },
  { device: /^virtio-blk-ccw$/, kinds: ['virtio-blk-device'] },
  { device: /^scsi-(?:hd|cd|block)$/, kinds: ['scsi-disk-base'] },
  { device: /^ide-(?:hd|cd|cf)$/, kinds: ['ide-device'] },
];

/**
 * Devices with what `-global` says of their kind, where they do not say it themselves; the last of several is right.
 */
export function createGlobals(options: readonly QemuOption[]): (device: KeyValues) => KeyValues {
  const globals = options.flatMap(({ name, value }) => (name === 'global' ? toGlobal(value) : []));
  if (globals.length === 0) return (device) => device;
  return (device) => {
    const driver = device.get('driver') ?? '';
    const kinds = new Set([
      driver === 'virtio-blk' ? '' : driver,
      ...ALSO.flatMap(({ device: test, kinds: also }) => (test.test(driver) ? also : [])),
    ]);
    const mine = globals.filter((global) => kinds.has(global.kind));
    return mine.length === 0 ? device : new Map([...mine.map(({ key, value }) => [key, value] as const), ...device]);
  };
}

/** `virtio-blk-pci.discard=off`, or `driver=…,property=…,value=…`. */
function toGlobal(text: string) {
  const [, kind, key, value] = /^([^.=,]+)\.([^.=]+)=(.*)$/s.exec(text) ?? [];
  if (kind !== undefined && key !== undefined && value !== undefined) return [{ kind, key, value }];
  const long = parseKeyValues({ text, impliedKey: 'driver' });
  const [driver, property] = [long.get('driver'), long.get('property')];
  return driver === undefined || property === undefined
    ? []
    : [{ kind: driver, key: property, value: long.get('value') ?? '' }];
}
