import * as v from 'valibot';
import type { HostKey, SavedHostKeys } from '../../ports/host-keys.ts';
import { type Pair, toHostKey } from './to-host-key.ts';

/** A key that was made here. */
export interface KeptKey extends HostKey {
  readonly madeAt: number;
  /** Null: it is the one in use. */
  readonly until: number | null;
}

const schema = v.object({
  keys: v.pipe(
    v.array(
      v.object({
        certificate: v.string(),
        privateKey: v.string(),
        madeAt: v.number(),
        until: v.nullable(v.number()),
      }),
    ),
    v.minLength(1),
  ),
});

/** The one in use first. Throws an Error that says what is wrong, and has no key in it. */
export function readKeptKeys(value: unknown): readonly KeptKey[] {
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) throw new Error(`it does not hold keys: ${v.getDotPath(parsed.issues[0]) ?? 'the whole of it'}`);
  const keys = parsed.output.keys
    .map(toKeptKey)
    .toSorted((a, b) => Number(a.until !== null) - Number(b.until !== null));
  const inUse = keys.filter(({ until }) => until === null).length;
  if (inUse !== 1) throw new Error(`${inUse} of its keys are in use; one has to be`);
  return keys;
}

export function toKeptKey(pair: Pair & Pick<KeptKey, 'madeAt' | 'until'>): KeptKey {
  return { ...toHostKey(pair), madeAt: pair.madeAt, until: pair.until };
}

export function toSaved(keys: readonly KeptKey[]): SavedHostKeys {
  return {
    keys: keys.map(({ certificate, privateKey, madeAt, until }) => ({ certificate, privateKey, madeAt, until })),
  };
}
