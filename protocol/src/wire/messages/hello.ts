import * as v from 'valibot';
import { guestIdentitySchema } from '../model/guest.ts';
import { countSchema, instantSchema, nameSchema } from '../model/plain.ts';
import { key32Schema } from '../model/proof.ts';

/** What starts the agent: it stays, or comes by a timer, by a line on its channel, or by a device that is plugged. */
export const STARTERS = ['resident', 'timer', 'doorman', 'doorbell'] as const;
export type Starter = (typeof STARTERS)[number];

/** What a version before 4 does not have reads as null. */
const since4 = <Schema extends v.GenericSchema>(schema: Schema) => v.optional(v.nullable(schema), null);

/** Guest → host, first and once: who is there, and which versions it speaks. */
export const helloSchema = v.object({
  type: v.literal('hello'),
  versions: v.object({ oldest: countSchema, newest: countSchema }),
  agentVersion: nameSchema,
  guest: guestIdentitySchema,
  /** The public key (Ed25519) that this guest proves itself by; null for one that has not joined, and on a channel. */
  key: since4(key32Schema),
  /** Of this connection, drawn by the guest; there with a key. */
  nonce: since4(key32Schema),
  /** SHA-256 of the host's key that it expects; there with a key. */
  pin: since4(key32Schema),
  /** How many other collectors it has joined and would go to, if this host does not run it. */
  others: v.optional(countSchema, 0),
  starter: since4(v.picklist(STARTERS)),
  /** When it comes next, of one that does not stay. */
  nextVisitAt: since4(instantSchema),
});
export type Hello = v.InferOutput<typeof helloSchema>;

/** What an agent says of itself that has no key, and has none to look for. */
export const UNPROVEN = {
  key: null,
  nonce: null,
  pin: null,
  others: 0,
  starter: null,
  nextVisitAt: null,
} as const satisfies Partial<Hello>;
