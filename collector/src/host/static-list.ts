import { Fault } from '@trimtab/protocol/shared';
import * as v from 'valibot';
import type { Domain, HostDisk } from '../model/domain.ts';
import { answered, type HostSource, type SourceAnswer } from '../ports/host-source.ts';

const text = v.pipe(v.string(), v.minLength(1));
const absolutePath = v.pipe(text, v.startsWith('/', 'must be an absolute path'));

const diskSchema = v.strictObject({
  image: absolutePath,
  /** QEMU's `-device id=`; with `qmp`, the key to its counters. */
  device: v.optional(text),
  format: v.optional(text),
  serial: v.optional(text),
  wwn: v.optional(text),
  'pci-address': v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^0000:00:[01][0-9a-f]\.[0-7]$/,
        'must look like 0000:00:05.0: on the first bus, for the guest numbers the others',
      ),
    ),
  ),
  discard: v.optional(v.picklist(['unmap', 'ignore'], 'must be "unmap" or "ignore"')),
});

const guestSchema = v.strictObject({
  name: text,
  uuid: v.optional(
    v.pipe(
      v.string(),
      v.toLowerCase(),
      v.regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must look like 00112233-4455-6677-8899-aabbccddeeff'),
    ),
  ),
  qmp: v.optional(absolutePath),
  disk: v.pipe(
    v.array(diskSchema, 'must be a list of [[guest.disk]] entries'),
    v.minLength(1, 'needs a [[guest.disk]]'),
  ),
});

/** One `[[guest]]` of the configuration: a guest that no other source of this host can tell about. */
export type StaticGuest = v.InferOutput<typeof guestSchema>;

/**
 * The `[[guest]]` entries of a configuration file. `place` is that file. Throws a Fault `bad-guest-entry` that names
 * the entry, by its number and its name, and the key.
 */
export function parseStaticGuests({ raw, place }: { raw: unknown; place: string }): readonly StaticGuest[] {
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw)) throw toFault({ subject: `${place}: guest`, cause: 'is not a list of [[guest]] entries' });
  const guests = raw.map((entry: unknown, index) => {
    const subject = `${place}: [[guest]] number ${index + 1}${toNameIn(entry)}`;
    const parsed = v.safeParse(guestSchema, entry);
    if (parsed.success) return { guest: parsed.output, subject };
    const [issue] = parsed.issues;
    const key = v.getDotPath(issue);
    throw toFault({ subject: key === null ? subject : `${subject}, ${key}`, cause: issue.message });
  });
  const subjects = new Map<string, string>();
  for (const { guest, subject } of guests) {
    const words = [`name ${guest.name}`, ...(guest.uuid === undefined ? [] : [`uuid ${guest.uuid}`])];
    const earlier = words.flatMap((word) => subjects.get(word) ?? [])[0];
    if (earlier !== undefined) throw toFault({ subject, cause: `has the name or the uuid of ${earlier}` });
    for (const word of words) subjects.set(word, subject);
  }
  return guests.map(({ guest }) => guest);
}

/** The guests of the configuration, as they stand there. */
export function createStaticSource({ guests }: { guests: readonly StaticGuest[] }): HostSource {
  const domains = guests.map(toStaticDomain);
  const answer: SourceAnswer =
    domains.length > 0
      ? answered(domains)
      : { kind: 'unavailable', why: 'no [[guest]] in the configuration', hint: null };
  return { source: 'static-list', read: async () => answer };
}

/** A configured guest as a domain; what the entry leaves out is unknown. */
function toStaticDomain(guest: StaticGuest): Domain {
  return {
    key: `static:${guest.name}`,
    name: guest.name,
    uuid: guest.uuid ?? null,
    guestUuid: guest.uuid ?? null,
    source: 'static-list',
    libvirtUri: null,
    seenBy: ['static-list'],
    isRunning: null,
    pid: null,
    monitors: guest.qmp === undefined ? [] : [{ kind: 'socket', path: guest.qmp }],
    bootId: null,
    disks: guest.disk.map(toHostDisk),
  };
}

function toHostDisk(disk: StaticGuest['disk'][number], index: number): HostDisk {
  return {
    id: disk.device ?? `disk ${index + 1}`,
    bus: 'unknown',
    image: disk.image,
    storage: disk.image.startsWith('/dev/') && !disk.image.startsWith('/dev/shm/') ? 'block' : 'file',
    format: disk.format ?? null,
    readOnly: false,
    serial: disk.serial ?? null,
    wwn: disk.wwn ?? null,
    pciPath:
      disk['pci-address']?.startsWith('0000:00:') === true ? [disk['pci-address'].slice('0000:00:'.length)] : null,
    scsiAddress: null,
    kernelName: null,
    nodes: disk.discard === undefined ? [] : [{ node: null, role: 'file', discard: disk.discard }],
    detectZeroes: null,
    discardGranularityBytes: null,
    withoutDiscard: null,
    discardNoUnref: false,
    setting: null,
    atNextStart: null,
    shareable: false,
  };
}

function toNameIn(entry: unknown): string {
  const named = v.safeParse(v.object({ name: text }), entry);
  return named.success ? ` (${named.output.name})` : '';
}

function toFault({ subject, cause }: { subject: string; cause: string }): Fault {
  return new Fault({
    code: 'bad-guest-entry',
    operation: 'read the configured guests',
    subject,
    cause,
    hint: 'Example: [[guest]] name = "web1", uuid = "…", with [[guest.disk]] image = "/images/web1.qcow2", serial = "web1".',
  });
}
