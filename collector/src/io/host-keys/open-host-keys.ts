import { Fault, toCause } from '@trimtab/protocol/shared';
import type { Clock } from '../../ports/clock.ts';
import type { HostKey, HostKeyRing, HostKeyView } from '../../ports/host-keys.ts';
import type { Log } from '../../ports/log.ts';
import { type KeptKey, readKeptKeys, toKeptKey, toSaved } from './kept-keys.ts';
import { readKeysFile, writeKeysFile } from './keys-file.ts';
import { makePair } from './make-pair.ts';
import { readOperatorKey } from './operator-key.ts';

/** What a message has room for (`MOST_PINS` of the wire). */
export const MOST_HOST_KEYS = 4;

export const toHostKeysPath = (stateDirectory: string) => `${stateDirectory}/host-keys.json`;

/**
 * The keys of this collector: the operator's, if the settings name one, and those that were made here, of which the
 * first is made at the first start. Throws Faults `host-keys-…` and `bad-certificate`.
 */
export async function openHostKeys({
  stateDirectory,
  tlsCertificate,
  tlsKey,
  clock,
  log,
}: {
  /** It is there. */
  readonly stateDirectory: string;
  readonly tlsCertificate: string | null;
  readonly tlsKey: string | null;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'warn'>;
}): Promise<HostKeyRing> {
  const path = toHostKeysPath(stateDirectory);
  const operators = readOperatorKey({ certificate: tlsCertificate, key: tlsKey, nowMs: clock.now(), log });
  const there = await readKeysFile(path);
  let kept: readonly KeptKey[] = there ?? [];
  // Also beside the operator's: guests that know both find the collector by this one when the other is renewed.
  const isNew = there === null;
  if (isNew) await keep([await makeKept()]);
  const listeners = new Set<() => void>();

  async function makeKept(): Promise<KeptKey> {
    const madeAt = clock.now();
    return toKeptKey({ ...(await makePair(madeAt)), madeAt, until: null });
  }

  async function keep(keys: readonly KeptKey[]): Promise<void> {
    await writeKeysFile(path, keys);
    kept = keys;
  }

  let last: Promise<unknown> = Promise.resolve();
  /** Two changes at once would each write what was before both. */
  function inTurn<Answer>(change: () => Promise<Answer>): Promise<Answer> {
    const changed = last.then(change);
    last = changed.catch(() => {});
    void changed.then(
      () => {
        for (const listener of listeners) listener();
      },
      () => {},
    );
    return changed;
  }

  /** A key that leaves is let be in the file: by a clock that was wrong, none is lost. */
  const current = () => kept.filter(({ until }) => until === null || until > clock.now());
  const all = (): readonly HostKey[] => (operators === null ? current() : [operators, ...current()]);

  return {
    isNew,
    all,
    find: (pin) => all().find((key) => key.pin === pin) ?? null,
    list() {
      const own = current().map(toView);
      return operators === null ? own : [{ pin: operators.pin, owner: 'operator', madeAt: null, until: null }, ...own];
    },
    rotate: ({ overlapMs }) =>
      inTurn(async () => {
        if (operators !== null) throw operatorsKey(operators.pin);
        const nowMs = clock.now();
        // No key goes on for longer than the one that came after it: of one that was stolen, none is to be left.
        const leaving = current()
          .map((key) => ({ ...key, until: Math.min(key.until ?? Number.POSITIVE_INFINITY, nowMs + overlapMs) }))
          .filter(({ until }) => until > nowMs);
        if (leaving.length >= MOST_HOST_KEYS) throw tooMany(leaving);
        const next = await makeKept();
        await keep([next, ...leaving]);
        return toView(next);
      }),
    save: () => toSaved(kept),
    restore: (saved) => inTurn(() => keep(readSaved(saved))),
    onChange(call) {
      listeners.add(call);
      return () => listeners.delete(call);
    },
  };
}

function toView({ pin, madeAt, until }: KeptKey): HostKeyView {
  return { pin, owner: 'own', madeAt, until };
}

function readSaved(saved: unknown): readonly KeptKey[] {
  try {
    return readKeptKeys(saved);
  } catch (error) {
    throw new Fault({
      code: 'bad-saved-keys',
      operation: 'restore the keys of this collector',
      subject: 'what was saved',
      cause: toCause(error),
      hint: 'Name a file that `trimtab keys save` wrote, as it wrote it.',
    });
  }
}

function operatorsKey(pin: string): Fault {
  return new Fault({
    code: 'operators-key',
    operation: 'change the key of this collector',
    subject: pin,
    cause: 'it is the operator’s: the settings name it (tls-certificate, tls-key)',
    hint: 'Remove both settings, start the collector anew, and it uses a key of its own.',
  });
}

function tooMany(keys: readonly KeptKey[]): Fault {
  const until = Math.min(...keys.flatMap(({ until }) => until ?? []));
  return new Fault({
    code: 'too-many-keys',
    operation: 'change the key of this collector',
    subject: `${keys.length} keys`,
    cause: `it was changed ${keys.length - 1} times within their overlaps, and agents keep no more`,
    hint: `Wait until the first of them is over, at ${new Date(until).toISOString()}.`,
  });
}
