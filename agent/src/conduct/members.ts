import { Fault, toReason } from '@trimtab/protocol/shared';
import { admitToken } from '../join/admit-token.ts';
import { changeJoined } from '../join/change-joined.ts';
import type { FoundToken } from '../join/find-token.ts';
import { readJoined, writeJoined } from '../join/joined-file.ts';
import { keepInOrder } from '../join/keep-in-order.ts';
import { parseToken } from '../join/parse-token.ts';
import { toRoutes } from '../join/to-routes.ts';
import { isPending, type JoinedChange, type JoinedCollector } from '../model/joined.ts';
import type { Membership, Route } from '../model/route.ts';
import type { Clock } from '../ports/clock.ts';
import type { Folder } from '../ports/folder.ts';
import type { Keys } from '../ports/keys.ts';
import type { Log } from '../ports/log.ts';

/** Which collectors this guest knows, and is known to. */
export interface Members {
  /** Where they are now. Read anew each time: somebody may have joined another meanwhile. */
  readRoutes(): Promise<readonly Route[]>;
  /** Resolves once it would outlive a crash. */
  keep(change: JoinedChange): Promise<void>;
  readonly keys: Keys;
}

export function createMembers({
  folder,
  path,
  address,
  findToken,
  removeFile,
  keys,
  clock,
  log,
}: {
  folder: Folder;
  /** Of the file in it that says what was joined. */
  path: string;
  /** That somebody set. */
  address: { readonly host: string; readonly port: number } | null;
  findToken: () => Promise<FoundToken | null>;
  removeFile: (path: string) => Promise<void>;
  keys: Keys;
  clock: Pick<Clock, 'now'>;
  log: Log;
}): Members {
  /** The token by which this guest joins at the moment. */
  let used: FoundToken | null = null;
  let isUnusedTold = false;
  const read = () => readJoined({ folder, path });

  return {
    keys,
    async readRoutes() {
      const collectors = await read();
      const joined = collectors.filter(({ joinedAt }) => joinedAt !== null);
      if (joined.length > 1 && address !== null) tellUnused();
      const members = joined.map((collector): Membership => ({ collector, tokenSeed: null }));
      const entering = members.length > 0 ? members : await joinByToken(collectors);
      return toRoutes({ members: [...toPending(collectors, entering), ...entering], address });
    },
    keep: keepInOrder(keep).keep,
  };

  function tellUnused(): void {
    if (isUnusedTold) return;
    isUnusedTold = true;
    log.warn('the setting collector is not used: this guest has joined several collectors');
  }

  async function keep(change: JoinedChange): Promise<void> {
    const collectors = await read();
    const changed = changeJoined({ collectors, change, now: clock.now() });
    await writeJoined({ folder, collectors: changed });
    if (change.kind === 'welcomed') await endToken();
  }

  /** The key is kept before it is shown: a host that counts the token as used knows this guest again by it. */
  async function joinByToken(collectors: readonly JoinedCollector[]): Promise<readonly Membership[]> {
    used = await findToken();
    if (used === null) return [];
    const token = parseToken(used);
    const { collectors: admitted, member } = admitToken({ collectors, token, keys });
    if (!collectors.includes(member.collector)) await writeJoined({ folder, collectors: admitted });
    return [member];
  }

  async function endToken(): Promise<void> {
    const file = used?.file ?? null;
    used = null;
    if (file === null) return;
    try {
      await removeFile(file);
    } catch (error) {
      log.warn(`the token that was used stays there: ${toReason(error)}`);
    }
  }
}

/**
 * Those that a person is to decide on, as far as they are not among the others: before these, since a guest that one of
 * them has let in since is to come to know it.
 */
function toPending(collectors: readonly JoinedCollector[], others: readonly Membership[]): readonly Membership[] {
  return collectors
    .filter((each) => isPending(each) && others.every(({ collector }) => collector.seed !== each.seed))
    .map((collector) => ({ collector, tokenSeed: collector.tokenSeed }));
}

/** Throws a Fault where there is no collector to go to, and nothing that leads to one. */
export function requireRoutes(routes: readonly Route[]): void {
  if (routes.length > 0) return;
  throw new Fault({
    code: 'not-joined',
    operation: 'start',
    subject: '--collector',
    cause: 'it is not set, and this guest has joined none',
    hint: 'On the host run trimtab enroll GUEST, and here the line that it prints: trimtab-agent join TOKEN.',
  });
}
