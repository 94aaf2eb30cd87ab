import { DISK_LIMIT, LIST_LIMIT, NAME_LIMIT, PATH_LIMIT } from '@trimtab/protocol';
import * as v from 'valibot';
import type { InsideAddress, InsideAllows, InsideDisk, InsideFilesystem, InsideTrimmed } from '../model/guest-agent.ts';
import { MOST_WORDS_CHARACTERS } from '../model/guest-agent-bounds.ts';

const path = v.pipe(v.string(), v.nonEmpty(), v.maxLength(PATH_LIMIT));
const name = v.pipe(v.string(), v.nonEmpty(), v.maxLength(NAME_LIMIT));
/** What is too long, or is not there, is not told. */
const toldName = v.optional(v.fallback(v.nullable(name), null), null);
/** Above 2^53 a number is no longer exact, and below 0 it is none. */
const toldBytes = v.optional(v.fallback(v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), null), null);
const error = v.optional(
  v.pipe(
    v.string(),
    v.transform((text) => text.slice(0, MOST_WORDS_CHARACTERS)),
  ),
);

/** -1 where the guest does not know it. */
const part = v.pipe(v.number(), v.integer(), v.minValue(-1), v.maxValue(0xffff_ffff));

/** GuestDiskAddress (qga/qapi-schema.json). */
const addressSchema = v.object({
  'pci-controller': v.object({ domain: part, bus: part, slot: part, function: part }),
  'bus-type': name,
  bus: part,
  target: part,
  unit: part,
  serial: toldName,
  dev: toldName,
});

const many = <Entry extends v.GenericSchema>(entry: Entry) => v.pipe(v.array(entry), v.maxLength(LIST_LIMIT));
const below = <Entry extends v.GenericSchema>(entry: Entry) => v.pipe(v.array(entry), v.maxLength(DISK_LIMIT));

const filesystemsSchema = many(
  v.object({
    mountpoint: path,
    type: name,
    name: v.pipe(v.string(), v.maxLength(NAME_LIMIT)),
    'total-bytes': toldBytes,
    'used-bytes': toldBytes,
    disk: below(addressSchema),
  }),
);

const disksSchema = many(
  v.object({
    name: path,
    partition: v.boolean(),
    dependencies: v.optional(below(path), []),
    alias: toldName,
    address: v.optional(addressSchema),
  }),
);

const infoSchema = v.object({
  version: name,
  supported_commands: many(v.object({ name, enabled: v.boolean() })),
});

const trimSchema = v.object({
  paths: many(v.object({ path, trimmed: toldBytes, error })),
});

/** `guest-get-fsinfo`; null for what is no answer to it. */
export function readFilesystems(value: unknown): readonly InsideFilesystem[] | null {
  const { success, output } = v.safeParse(filesystemsSchema, value);
  if (!success) return null;
  return output.map((one) => ({
    mount: one.mountpoint,
    kind: one.type,
    name: one.name,
    sizeBytes: one['total-bytes'],
    usedBytes: one['used-bytes'],
    disks: one.disk.map(toAddress),
  }));
}

/** `guest-get-disks`; null for what is no answer to it. */
export function readDisks(value: unknown): readonly InsideDisk[] | null {
  const { success, output } = v.safeParse(disksSchema, value);
  if (!success) return null;
  return output.map((one) => ({
    name: one.name,
    isPartition: one.partition,
    dependencies: one.dependencies,
    mapperName: one.alias,
    address: one.address === undefined ? null : toAddress(one.address),
  }));
}

/** `guest-info`; null for what is no answer to it. */
export function readInfo(value: unknown): { readonly version: string; readonly allows: InsideAllows } | null {
  const { success, output } = v.safeParse(infoSchema, value);
  if (!success) return null;
  const enabled = new Set(output.supported_commands.flatMap((one) => (one.enabled ? [one.name] : [])));
  const allows = { fstrim: enabled.has('guest-fstrim'), fsinfo: enabled.has('guest-get-fsinfo') };
  return { version: output.version, allows };
}

/** `guest-fstrim`; null for what tells nothing of any path, as before QEMU 2.4. */
export function readTrim(value: unknown): readonly InsideTrimmed[] | null {
  const { success, output } = v.safeParse(trimSchema, value);
  if (!success) return null;
  return output.paths.map((one) => ({
    mount: one.path,
    trimmedBytes: one.error === undefined ? one.trimmed : null,
    error: one.error ?? null,
  }));
}

function toAddress(address: v.InferOutput<typeof addressSchema>): InsideAddress {
  const { bus, target, unit } = address;
  const busKind = address['bus-type'];
  const isPlaced = bus >= 0 && target >= 0 && unit >= 0 && !PLACELESS.has(busKind);
  return {
    target: null,
    serial: address.serial,
    pciAddress: toPciAddress(address['pci-controller']),
    place: isPlaced ? { bus, target, unit } : null,
    busKind,
    device: address.dev,
  };
}

/** The disk is the PCI function itself; qemu-ga fills the place with zeroes. */
const PLACELESS: ReadonlySet<string> = new Set(['virtio', 'nvme', 'unknown']);

function toPciAddress(controller: v.InferOutput<typeof addressSchema>['pci-controller']): string | null {
  const { domain, bus, slot } = controller;
  const own = controller.function;
  if (Math.min(domain, bus, slot, own) < 0 || bus > 0xff || slot > 0x1f || own > 7) return null;
  const [domainDigits, busDigits, slotDigits] = [domain, bus, slot].map((each) => each.toString(16));
  return `${domainDigits?.padStart(4, '0')}:${busDigits?.padStart(2, '0')}:${slotDigits?.padStart(2, '0')}.${own}`;
}
