import type { Monitor } from '../model/domain.ts';
import type { Commands } from '../ports/commands.ts';
import type { Qmp, QmpCommand } from '../ports/qmp.ts';
import { askLibvirt } from './qmp-libvirt.ts';
import { allowQueries } from './qmp-queries.ts';
import { QmpRefusal } from './qmp-refusal.ts';
import { askSocket } from './qmp-socket.ts';

export const GREETING_MS = 2000;
export const ANSWERS_MS = 10_000;

/** Longer than libvirt itself waits for others (30 s), so that the answer to a change is not missed. */
export const CHANGE_MS = 35_000;

/** The Qmp port: over UNIX sockets, and through libvirt where that holds the socket. */
export function createQmp({
  commands,
  greetingMs = GREETING_MS,
  answersMs = ANSWERS_MS,
  changeMs = CHANGE_MS,
}: {
  commands: Commands;
  greetingMs?: number;
  answersMs?: number;
  changeMs?: number;
}): Qmp {
  const say = (monitor: Monitor, queue: readonly QmpCommand[], timeoutMs: number) =>
    monitor.kind === 'socket'
      ? askSocket({ socketPath: monitor.path, commands: queue, greetingMs, answersMs: timeoutMs })
      : askLibvirt({ domain: monitor.domain, queue, commands, uri: monitor.uri, timeoutMs });
  return {
    async ask(monitor, queue) {
      allowQueries(monitor.kind === 'socket' ? monitor.path : monitor.domain, queue);
      return say(monitor, queue, answersMs);
    },
    async change(monitor, { execute, arguments: given }) {
      try {
        await say(monitor, [{ execute, arguments: given }], changeMs);
        return { refusal: null };
      } catch (error) {
        if (error instanceof QmpRefusal) return { refusal: error.words };
        throw error;
      }
    },
  };
}
