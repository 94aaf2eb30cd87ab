import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHostKeys } from '../../../collector/src/io/host-keys/open-host-keys.ts';
import type { HostKeyRing } from '../../../collector/src/ports/host-keys.ts';

export interface KeysUnderTest extends AsyncDisposable {
  readonly keys: HostKeyRing;
  readonly directory: string;
  /** What was warned of. */
  readonly warnings: readonly string[];
  /** As after a restart of the collector. */
  reopen(operator?: { readonly tlsCertificate: string | null; readonly tlsKey: string | null }): Promise<HostKeyRing>;
  /** So much later, by the clock of the keys. */
  pass(ms: number): void;
}

/** Real keys in a folder of their own. */
export async function openKeys(): Promise<KeysUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'trimtab-keys-'));
  const warnings: string[] = [];
  let laterMs = 0;
  const reopen: KeysUnderTest['reopen'] = (operator) =>
    openHostKeys({
      stateDirectory: directory,
      tlsCertificate: operator?.tlsCertificate ?? null,
      tlsKey: operator?.tlsKey ?? null,
      clock: { now: () => Date.now() + laterMs },
      log: { warn: (_fields, message) => warnings.push(message) },
    });
  return {
    keys: await reopen(),
    directory,
    warnings,
    reopen,
    pass(ms) {
      laterMs += ms;
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** The name by which an agent that knows this pin asks for the collector. */
export const toServerName = (pin: string) => `${Buffer.from(pin, 'base64url').toString('hex').slice(0, 32)}.trimtab`;
