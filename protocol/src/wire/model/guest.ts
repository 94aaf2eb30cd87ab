import * as v from 'valibot';
import { nameSchema, textSchema } from './plain.ts';

const uuid = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));

/** What tells this guest from others. All of it is the guest's word; the host proves what it can. */
export const guestIdentitySchema = v.object({
  hostname: nameSchema,
  /** `/sys/class/dmi/id/product_uuid`: libvirt's `<uuid>`, QEMU's `-uuid`. Readable by root only. */
  productUuid: v.nullable(uuid),
  /** `/etc/machine-id`; clones share it. */
  machineId: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))),
  /** `/proc/sys/kernel/random/boot_id`: equal to the host's exactly when the agent runs under the host's own kernel. */
  bootId: v.nullable(uuid),
});
export type GuestIdentity = v.InferOutput<typeof guestIdentitySchema>;

/** What the guest is, for people to read; from systeminformation, once a boot. */
export const guestFactsSchema = v.object({
  distribution: v.nullable(textSchema),
  kernel: v.nullable(textSchema),
  architecture: v.nullable(textSchema),
  virtualisation: v.nullable(textSchema),
  hardwareUuid: v.nullable(nameSchema),
});
export type GuestFacts = v.InferOutput<typeof guestFactsSchema>;
