import { type GuestFacts, inventorySchema } from '@trimtab/protocol';
import * as v from 'valibot';
import type { Folder } from '../ports/folder.ts';
import type { ReadGuestFacts } from '../ports/guest-facts.ts';
import { runChild } from './run-child.ts';

const NAME = 'facts.json';
export const TIMEOUT_MS = 20_000;

const cacheSchema = v.object({ bootId: v.string(), facts: inventorySchema.entries.facts });

/**
 * systeminformation in a process of its own (`trimtab-agent facts`): it loads 8 MB and starts a dozen shells, and none
 * of that stays in the agent. Asked once a boot, kept in the state directory.
 */
export function createGuestFacts({
  folder,
  execPath,
  scriptPath,
}: {
  folder: Folder;
  execPath: string;
  scriptPath: string;
}): ReadGuestFacts {
  return async ({ bootId }) => {
    const cached = parseOrNull(cacheSchema, await folder.read(NAME));
    if (cached !== null && cached.bootId === bootId) return cached.facts;
    const facts = await askChild({ execPath, scriptPath });
    if (facts !== null && bootId !== null)
      await folder.write({ name: NAME, content: JSON.stringify({ bootId, facts }) });
    return facts;
  };
}

async function askChild({
  execPath,
  scriptPath,
}: {
  execPath: string;
  scriptPath: string;
}): Promise<GuestFacts | null> {
  const result = await runChild({
    path: execPath,
    args: [scriptPath, 'facts'],
    environment: process.env,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => null);
  const stdout = result?.kind === 'ended' && result.exitCode === 0 ? result.stdout : null;
  return parseOrNull(inventorySchema.entries.facts, stdout);
}

function parseOrNull<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string | null,
): v.InferOutput<Schema> | null {
  if (text === null) return null;
  try {
    return v.parse(schema, JSON.parse(text));
  } catch {
    return null;
  }
}
