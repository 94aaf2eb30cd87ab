import { type Hello, SUPPORTED, UNPROVEN } from '@trimtab/protocol';
import type { Token } from '@trimtab/protocol/joining';
import { type JoinCall, type JoinedAt, joinCollector, NotJoined } from '../conduct/join-collector.ts';
import { createKeys } from '../io/keys.ts';
import { readPeerPorts } from '../io/peer-ports.ts';
import { isClaimed, readHolder } from '../io/single-instance.ts';
import { createTransport } from '../io/transport.ts';
import { admitToken } from '../join/admit-token.ts';
import { JOINED_FILE, readJoined, writeJoined } from '../join/joined-file.ts';
import { replaceJoined } from '../join/replace-joined.ts';
import { parseAddress } from '../join/to-routes.ts';
import { type JoinedCollector, seedInUse, sharePin } from '../model/joined.ts';
import type { Membership } from '../model/route.ts';
import type { Folder } from '../ports/folder.ts';
import { readGuestIdentity } from '../probe/identity.ts';
import type { AgentSettings } from '../settings.ts';
import { createEdges } from './edges.ts';

export interface JoinResult extends JoinedAt {
  /** This guest had joined there already: the token was not used. */
  readonly hadJoined: boolean;
  readonly pin: string;
  /** The public key of this guest there. */
  readonly key: string;
  /** An agent runs here, and takes it up. */
  readonly isRunning: boolean;
}

/** Joins the collector of a token, and keeps it beside what was joined before; again: in the place of that. */
export async function composeJoin({
  settings,
  token,
  isAddressGiven,
  isAgain,
  agentVersion,
  environment,
  signal,
}: {
  settings: AgentSettings;
  token: Token;
  /** For this join, and not in the configuration: then it is one of the collector's addresses. */
  isAddressGiven: boolean;
  isAgain: boolean;
  agentVersion: string;
  environment: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}): Promise<JoinResult> {
  const { files, folder, commands, clock } = createEdges({ settings, environment });
  const { stateDirectory } = settings;
  const keys = createKeys();
  await folder.prepare();
  const before = await readBefore({ folder, stateDirectory, isAgain });
  const { collectors, member } = admitToken({ collectors: before, token, isAgain, keys });
  const guest = await readGuestIdentity({ files });
  const hello: Hello = { type: 'hello', versions: SUPPORTED, agentVersion, guest, ...UNPROVEN, starter: 'resident' };
  // Before it is shown: a host that counts the token as used knows this guest again by its key.
  await writeJoined({ folder, collectors });
  try {
    const isRunning = await isClaimed({ path: stateDirectory, commands });
    const call = {
      folder,
      collectors: isAgain ? replaceJoined({ collectors, anew: member.collector }) : collectors,
      member,
      address: isAddressGiven ? null : settings.collector,
      hello,
      keys,
      transport: createTransport(),
      clock,
      log: SILENT,
      signal,
    };
    const joined = await enter(call, isRunning && isConnected(stateDirectory, call));
    const { pins } = member.collector;
    return { ...joined, pin: pins[0] ?? '', key: keys.publicKeyOf(seedInUse(member.collector)), isRunning };
  } catch (error) {
    if (error instanceof NotJoined && error.isHeld) await keepToken({ folder, stateDirectory, member });
    else if (error instanceof NotJoined && !error.mayBeKnown) await restore({ folder, before });
    throw error;
  }
}

/** A guest that has joined there shows its key alone, and the token only where the host does not know that any more. */
async function enter(call: JoinCall, isHere: boolean): Promise<Pick<JoinResult, 'address' | 'name' | 'hadJoined'>> {
  const { collector } = call.member;
  const { joinedAt, addresses, name } = collector;
  if (joinedAt !== null) {
    // Its agent is let in, and another connection would end that session.
    if (isHere) return { address: addresses[0] ?? '', name: name ?? '', hadJoined: true };
    try {
      return { ...(await joinCollector({ ...call, member: { collector, tokenSeed: null } })), hadJoined: true };
    } catch (error) {
      if (!(error instanceof NotJoined) || error.detail.code !== 'unknown-key') throw error;
    }
  }
  return { ...(await joinCollector(call)), hadJoined: false };
}

/** Has the agent that runs here a connection to this collector? One that is not let in has none for long. */
function isConnected(stateDirectory: string, { member, address }: Pick<JoinCall, 'member' | 'address'>): boolean {
  const holder = readHolder(stateDirectory);
  const places = [...member.collector.addresses.flatMap(parseAddress), ...(address === null ? [] : [address])];
  const ports = holder === null ? null : readPeerPorts(holder);
  return ports !== null && places.some(({ port }) => ports.has(port));
}

/** One that cannot be read is in nobody's way who joins again. */
async function readBefore({
  folder,
  stateDirectory,
  isAgain,
}: {
  folder: Folder;
  stateDirectory: string;
  isAgain: boolean;
}): Promise<readonly JoinedCollector[]> {
  try {
    return await readJoined({ folder, path: `${stateDirectory}/${JOINED_FILE}` });
  } catch (error) {
    if (!isAgain) throw error;
    await folder.setAside(JOINED_FILE);
    return [];
  }
}

/** Whoever lets this guest in lets in the key that it has shown, which the agent shows from now on. */
async function keepToken({
  folder,
  stateDirectory,
  member: { collector, tokenSeed },
}: {
  folder: Folder;
  stateDirectory: string;
  member: Membership;
}): Promise<void> {
  const collectors = await readJoined({ folder, path: `${stateDirectory}/${JOINED_FILE}` });
  const keep = (each: JoinedCollector) =>
    each.joinedAt === null && sharePin(each, collector) ? { ...each, tokenSeed } : each;
  await writeJoined({ folder, collectors: collectors.map(keep) });
}

async function restore({ folder, before }: { folder: Folder; before: readonly JoinedCollector[] }): Promise<void> {
  if (before.length === 0) await folder.remove(JOINED_FILE);
  else await writeJoined({ folder, collectors: before });
}

/** All that the session would say comes with its end. */
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
