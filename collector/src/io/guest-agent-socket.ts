import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { toCause } from '@trimtab/protocol/shared';
import * as v from 'valibot';
import { MOST_ANSWER_BYTES, MOST_ANSWER_DEPTH, MOST_WORDS_CHARACTERS } from '../model/guest-agent-bounds.ts';
import { nestsDeeperThan } from '../model/json-depth.ts';
import type {
  GuestAgentCommand,
  GuestAgentReply,
  GuestAgentSocket,
  GuestAgentTalk,
  SocketFailure,
} from '../ports/guest-agent-socket.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { createGuestAgentLines } from './guest-agent-lines.ts';
import { createHostFiles } from './host-files.ts';
import { waitsForQemu } from './unix-sockets.ts';

/** For the first word: as long as libvirt waits for it (QEMU_AGENT_WAIT_TIME). */
export const SYNC_MS = 5_000;
/** While an answer takes longer: from question to question whether it is still the one that was asked. */
export const PROBE_MS = 10_000;
/** An answer to the first word is shorter. */
export const LONGEST_SYNC = 64;

const replySchema = v.union([
  v.object({ error: v.object({ desc: v.string() }) }),
  v.looseObject({ return: v.unknown() }),
]);
const syncSchema = v.object({ return: v.number() });

/** The GuestAgentSocket port. `newSyncId` draws the number that begins a talk. */
export function createGuestAgentSocket({
  files = createHostFiles(),
  syncMs = SYNC_MS,
  probeMs = PROBE_MS,
  newSyncId = () => randomInt(1, 2 ** 47),
}: {
  files?: Pick<HostFiles, 'status' | 'silentPlace' | 'readText'>;
  syncMs?: number;
  probeMs?: number;
  newSyncId?: () => number;
} = {}): GuestAgentSocket {
  return {
    async talk(path, commands, signal) {
      // connect(2) looks the path up in this program's one thread: on a filesystem that hangs, nothing would go on.
      if ((await files.status(path)) === null) {
        const place = files.silentPlace(path);
        return failed('gone', place === null ? 'there is no such socket' : `${place} does not answer`);
      }
      return talkOnce({ path, commands, signal, syncMs, probeMs, newSyncId }, () => waitsForQemu({ files, path }));
    },
  };
}

interface Wanted {
  readonly path: string;
  readonly commands: readonly GuestAgentCommand[];
  readonly signal: AbortSignal | undefined;
  readonly syncMs: number;
  readonly probeMs: number;
  readonly newSyncId: () => number;
}

/** `isWaiting` is asked while the connection stands: did QEMU not even take it, since it has another? */
function talkOnce(wanted: Wanted, isWaiting: () => Promise<boolean>): Promise<GuestAgentTalk> {
  const { path, commands, signal, syncMs, probeMs, newSyncId } = wanted;
  return new Promise((resolve) => {
    const socket = connect(path);
    const replies: GuestAgentReply[] = [];
    const syncId = newSyncId();
    const probes = new Set<number>();
    let isInSync = false;
    let timer: NodeJS.Timeout | undefined;
    let prober: NodeJS.Timeout | undefined;

    const finish = (talk: GuestAgentTalk) => {
      clearTimeout(timer);
      clearInterval(prober);
      signal?.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(talk);
    };
    const within = (limitMs: number, onLate: () => void) => {
      clearTimeout(timer);
      timer = setTimeout(onLate, limitMs);
    };
    const askNext = () => {
      const command = commands[replies.length];
      if (command === undefined) return finish({ kind: 'answered', replies });
      const { execute, timeoutMs } = command;
      within(timeoutMs, () => finish(failed('late', `no answer to ${execute} in ${timeoutMs} ms`)));
      socket.write(`${JSON.stringify({ execute })}\n`);
    };
    // It does one thing after the other: who answers this before the command was never told of that.
    const probe = () => {
      if (!isInSync) return;
      const id = newSyncId();
      probes.add(id);
      socket.write(`${JSON.stringify({ execute: 'guest-sync', arguments: { id } })}\n`);
    };
    const onAbort = () => finish(failed('ended', 'nobody in the guest has the channel open'));
    const onLine = (line: string) => {
      if (socket.destroyed) return;
      if (!isInSync) {
        isInSync = readSyncId(line) === syncId;
        if (isInSync) askNext();
        return;
      }
      if (probes.size > 0 && probes.has(readSyncId(line) ?? 0))
        return finish(failed('ended', 'it was started anew, and knows nothing of it'));
      const reply = parseReply(line);
      if (reply === null) return finish(failed('garbled', 'what it says is no answer of a qemu-guest-agent'));
      replies.push(reply);
      askNext();
    };

    const hear = createGuestAgentLines(onLine);
    socket.on('data', (chunk: Buffer) => {
      if (!hear(chunk)) finish(failed('garbled', `it says more than ${MOST_ANSWER_BYTES} bytes at once`));
    });
    socket.on('error', (error: NodeJS.ErrnoException) => finish(toFailure(error)));
    socket.on('close', () => finish(failed('ended', 'QEMU hung up')));
    socket.on('connect', () => {
      // 0xFF: what another left half said is no part of this.
      socket.write(Buffer.from([0xff]));
      socket.write(`${JSON.stringify({ execute: 'guest-sync-delimited', arguments: { id: syncId } })}\n`);
    });
    signal?.addEventListener('abort', onAbort);
    prober = setInterval(probe, probeMs);
    within(syncMs, async () => {
      const isBusy = await isWaiting();
      // It has answered meanwhile, and does what it was told.
      if (isInSync) return;
      finish(
        isBusy ? failed('busy', 'somebody else is connected to it') : failed('silent', `no answer in ${syncMs} ms`),
      );
    });
  });
}

function failed(failure: SocketFailure, cause: string): GuestAgentTalk {
  return { kind: 'failed', failure, cause };
}

/** Null for what is no answer to a guest-sync. */
function readSyncId(line: string): number | null {
  if (line.length > LONGEST_SYNC || !/"return"\s*:\s*\d/.test(line)) return null;
  try {
    return v.parse(syncSchema, JSON.parse(line)).return;
  } catch {
    return null;
  }
}

function parseReply(line: string): GuestAgentReply | null {
  if (nestsDeeperThan(MOST_ANSWER_DEPTH, line)) return null;
  try {
    const reply = v.parse(replySchema, JSON.parse(line));
    if ('return' in reply) return { kind: 'returned', value: reply.return };
    return { kind: 'refused', words: reply.error.desc.slice(0, MOST_WORDS_CHARACTERS) };
  } catch {
    return null;
  }
}

function toFailure(error: NodeJS.ErrnoException): GuestAgentTalk {
  // What it was told before may have been heard.
  if (error.syscall !== 'connect') return failed('ended', `QEMU is gone: ${toCause(error)}`);
  // QEMU lets one wait; a full backlog refuses with EAGAIN.
  if (error.code === 'EAGAIN')
    return failed('busy', 'it is busy: another program holds its channel, and more wait for it');
  if (error.code === 'EACCES' || error.code === 'EPERM') return failed('denied', 'permission denied');
  return failed('gone', toCause(error));
}
