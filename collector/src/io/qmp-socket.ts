import { connect, type Socket } from 'node:net';
import { Fault, toCause } from '@trimtab/protocol/shared';
import * as v from 'valibot';
import { nestsDeeperThan } from '../model/json-depth.ts';
import type { QmpCommand } from '../ports/qmp.ts';
import { MOST_QMP_DEPTH } from './qmp-queries.ts';
import { QmpRefusal } from './qmp-refusal.ts';

export const MOST_LINE_BYTES = 8 * 1024 * 1024;
/** In one conversation, events among them: a QEMU that runs a few jobs has some in a second. */
export const MOST_MESSAGES = 10_000;

/** docs/interop/qmp-spec: greeting, answers with the id of their command, events. */
const messageSchema = v.object({
  QMP: v.optional(v.unknown()),
  id: v.optional(v.unknown()),
  return: v.optional(v.unknown()),
  error: v.optional(v.object({ class: v.string(), desc: v.string() })),
});

interface Asked {
  readonly socketPath: string;
  readonly commands: readonly QmpCommand[];
  readonly greetingMs: number;
  readonly answersMs: number;
}

/** One connection for one list of commands; the `return` value of each. What it says is bounded in every way. */
export function askSocket({ socketPath, commands, greetingMs, answersMs }: Asked): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const queue: readonly QmpCommand[] = [{ execute: 'qmp_capabilities' }, ...commands];
    const answers: unknown[] = [];
    let isGreeted = false;
    let heard = 0;

    let timer = setTimeout(
      () => fail(toBusy({ subject: socketPath, cause: `no greeting in ${greetingMs} ms` })),
      greetingMs,
    );
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
    };
    const fail = (fault: Fault) => {
      finish();
      reject(fault);
    };
    const sendNext = () => socket.write(`${JSON.stringify({ ...queue[answers.length], id: answers.length })}\n`);

    const onLine = (line: string) => {
      heard += 1;
      if (heard > MOST_MESSAGES)
        return fail(toError({ subject: socketPath, cause: `it says more than ${MOST_MESSAGES} things at once` }));
      const message = parseMessage(line);
      if (message === null) return fail(toError({ subject: socketPath, cause: 'what it says is not QMP' }));
      if (!isGreeted) {
        if (message.QMP === undefined)
          return fail(toError({ subject: socketPath, cause: 'it does not greet as QMP does' }));
        isGreeted = true;
        clearTimeout(timer);
        timer = setTimeout(
          () => fail(toError({ subject: socketPath, cause: `no answer in ${answersMs} ms` })),
          answersMs,
        );
        sendNext();
        return;
      }
      if (message.id !== answers.length) return;
      if (message.error !== undefined)
        return fail(
          new QmpRefusal({
            operation: 'ask QEMU',
            subject: socketPath,
            execute: queue[answers.length]?.execute ?? '',
            words: message.error.desc,
          }),
        );
      answers.push(message.return);
      if (answers.length < queue.length) return void sendNext();
      finish();
      resolve(answers.slice(1));
    };

    onLines(socket, onLine, () =>
      fail(toError({ subject: socketPath, cause: `a message is longer than ${MOST_LINE_BYTES} bytes` })),
    );
    socket.on('error', (error: NodeJS.ErrnoException) => fail(toConnectFault(socketPath, error)));
    socket.on('close', () => fail(toGone({ subject: socketPath, cause: 'QEMU closed the connection' })));
  });
}

function onLines(socket: Socket, onLine: (line: string) => void, onTooLong: () => void): void {
  let rest: Buffer[] = [];
  let restBytes = 0;
  socket.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0 && !socket.destroyed; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...rest, chunk.subarray(from, end)]).toString('utf8');
      rest = [];
      restBytes = 0;
      from = end + 1;
      onLine(line);
    }
    rest.push(chunk.subarray(from));
    restBytes += chunk.length - from;
    if (restBytes > MOST_LINE_BYTES) onTooLong();
  });
}

function parseMessage(line: string): v.InferOutput<typeof messageSchema> | null {
  if (nestsDeeperThan(MOST_QMP_DEPTH, line)) return null;
  try {
    return v.parse(messageSchema, JSON.parse(line));
  } catch {
    return null;
  }
}

function toConnectFault(socketPath: string, error: NodeJS.ErrnoException): Fault {
  // A full backlog of a UNIX socket refuses with EAGAIN: others are waiting already.
  if (error.code === 'EAGAIN') return toBusy({ subject: socketPath, cause: 'others wait for it' });
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return toError({ subject: socketPath, cause: 'permission denied' });
  return toGone({ subject: socketPath, cause: toCause(error) });
}

/** Of a fault: who was asked, and what went wrong. */
interface Told {
  readonly subject: string;
  readonly cause: string;
}

function toBusy({ subject, cause }: Told): Fault {
  const hint = 'A QMP socket serves one client at a time: start QEMU with a second -qmp socket for the collector.';
  return new Fault({ code: 'qmp-busy', operation: 'ask QEMU', subject, cause, hint });
}

export function toGone({ subject, cause }: Told): Fault {
  return new Fault({ code: 'qmp-gone', operation: 'ask QEMU', subject, cause, hint: null });
}

function toError({ subject, cause }: Told): Fault {
  return new Fault({ code: 'qmp-error', operation: 'ask QEMU', subject, cause, hint: null });
}
