import { CLOSE_CODES, type Hello } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import { changeJoined } from '../join/change-joined.ts';
import { writeJoined } from '../join/joined-file.ts';
import { keepInOrder } from '../join/keep-in-order.ts';
import { toRoutes } from '../join/to-routes.ts';
import { createLink } from '../link/link.ts';
import type { Setback } from '../link/setback.ts';
import { mostTelling, remedyOf, tellSetbacks } from '../link/tell-setbacks.ts';
import type { JoinedChange, JoinedCollector } from '../model/joined.ts';
import type { Membership } from '../model/route.ts';
import type { Clock } from '../ports/clock.ts';
import type { Folder } from '../ports/folder.ts';
import type { Keys } from '../ports/keys.ts';
import type { Log } from '../ports/log.ts';
import type { Transport } from '../ports/transport.ts';

export interface JoinCall {
  readonly folder: Folder;
  /** What is kept from now on if this goes well: the one that is joined, and those that stay. */
  readonly collectors: readonly JoinedCollector[];
  readonly member: Membership;
  /** That goes before those of the token. */
  readonly address: { readonly host: string; readonly port: number } | null;
  readonly hello: Hello;
  readonly keys: Keys;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface JoinedAt {
  readonly address: string;
  /** What this guest is called there. */
  readonly name: string;
}

/**
 * Joins by a connection as the agent makes one, from `hello` to `welcome`. Resolves once what was joined would outlive a
 * crash; rejects with a Fault when no door has led in.
 */
export function joinCollector(call: JoinCall): Promise<JoinedAt> {
  const { folder, member, address, hello, keys, transport, clock, log, signal } = call;
  let { collectors } = call;
  let kept: Promise<void> = Promise.resolve();
  const { keep, idle } = keepInOrder(async (change: JoinedChange) => {
    collectors = changeJoined({ collectors, change, now: clock.now() });
    await writeJoined({ folder, collectors });
  });
  return new Promise<JoinedAt>((resolve, reject) => {
    const link = createLink({
      hello,
      readRoutes: async () => toRoutes({ members: [member], address }),
      keep(change) {
        kept = keep(change);
        return kept;
      },
      keys,
      transport,
      clock,
      random: () => 0,
      log,
      events: {
        onConnected: ({ guest: name, address }) => void kept.then(() => end(() => resolve({ address, name })), fail),
        onDisconnected: () => {},
        onPinged: () => {},
        onMessage: () => {},
        onRejected: (setbacks) => fail(toFault({ setbacks, address })),
      },
    });
    const end = (settle: () => void) => {
      link.stop();
      void idle().then(settle);
    };
    function fail(error: unknown): void {
      end(() => reject(error));
    }
    signal.addEventListener('abort', () => fail(new Error(String(signal.reason))), { once: true });
    link.start();
  });
}

const CODES: Readonly<Record<number, string>> = {
  [CLOSE_CODES.tokenExpired]: 'token-expired',
  [CLOSE_CODES.tokenUsed]: 'token-used',
  [CLOSE_CODES.tokenUnknown]: 'token-unknown',
  [CLOSE_CODES.held]: 'held',
  [CLOSE_CODES.revoked]: 'revoked',
  [CLOSE_CODES.unknownKey]: 'unknown-key',
  [CLOSE_CODES.notJoined]: 'not-joined',
  [CLOSE_CODES.downgrade]: 'downgrade',
  [CLOSE_CODES.wrongKey]: 'wrong-key',
  [CLOSE_CODES.badSignature]: 'bad-signature',
};

/** That no door has led in, with what every one said. */
export class NotJoined extends Fault {
  readonly setbacks: readonly Setback[];

  constructor({ setbacks, ...detail }: ConstructorParameters<typeof Fault>[0] & { setbacks: readonly Setback[] }) {
    super(detail);
    this.setbacks = setbacks;
  }

  /** A person on the host is to decide. */
  get isHeld(): boolean {
    return this.setbacks.some(({ code }) => code === CLOSE_CODES.held);
  }

  /**
   * The host may have counted the key as one that joined, or keeps it for a person to decide on: it is shown again at the
   * next try.
   */
  get mayBeKnown(): boolean {
    return this.isHeld || this.setbacks.some(({ stage, code }) => stage === 'proving' && CODES[code] === undefined);
  }
}

const COMES_IN =
  'This guest keeps the token: once it is let in there, its agent comes in by itself (trimtab-agent run, where none runs).';

function toFault({ setbacks, address }: Pick<JoinCall, 'address'> & { setbacks: readonly Setback[] }): NotJoined {
  const telling = mostTelling(setbacks);
  const places = [...new Set(setbacks.map((setback) => setback.address))].join(', ');
  const unreached =
    address === null
      ? 'See whether this guest reaches it (a firewall, another network), or name another with --collector ADDRESS:PORT.'
      : 'The setting collector goes before the addresses of the token: correct it, or take it out.';
  const remedy = remedyOf(setbacks) ?? unreached;
  return new NotJoined({
    code: (telling === null ? undefined : CODES[telling.code]) ?? 'no-connection',
    operation: 'join',
    subject: `the collector at ${places}`,
    cause: tellSetbacks(setbacks),
    hint: telling?.code === CLOSE_CODES.held ? `${remedy} ${COMES_IN}` : remedy,
    setbacks,
  });
}
