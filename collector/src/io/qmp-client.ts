import type { Monitor } from '../model/domain.ts';
import type { Commands } from '../ports/commands.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { Qmp, QmpCommand } from '../ports/qmp.ts';
import { createHostFiles } from './host-files.ts';
import { askLibvirt } from './qmp-libvirt.ts';
import { allowQueries } from './qmp-queries.ts';
import { QmpRefusal } from './qmp-refusal.ts';
import { askSocket, toGone } from './qmp-socket.ts';

export const GREETING_MS = 2000;
export const ANSWERS_MS = 10_000;

/** Longer than libvirt itself waits for others (30 s), so that the answer to a change is not missed. */
export const CHANGE_MS = 35_000;

/** The Qmp port: over UNIX sockets, and through libvirt where that holds the socket. */
export function createQmp({
  commands,
  files = createHostFiles(),
  greetingMs = GREETING_MS,
  answersMs = ANSWERS_MS,
  changeMs = CHANGE_MS,
}: {
  commands: Commands;
  files?: Pick<HostFiles, 'status' | 'silentPlace'>;
  greetingMs?: number;
  answersMs?: number;
  changeMs?: number;
}): Qmp {
  async function say(monitor: Monitor, queue: readonly QmpCommand[], timeoutMs: number) {
    if (monitor.kind === 'libvirt')
      return askLibvirt({ domain: monitor.domain, queue, commands, uri: monitor.uri, timeoutMs });
    await expectThere(monitor.path);
    return askSocket({ socketPath: monitor.path, commands: queue, greetingMs, answersMs: timeoutMs });
  }

  /** connect(2) looks the path up in this program's one thread: on a filesystem that hangs, nothing would go on. */
  async function expectThere(path: string): Promise<void> {
    if ((await files.status(path)) !== null) return;
    const place = files.silentPlace(path);
    throw toGone({ subject: path, cause: place === null ? 'there is no such socket' : `${place} does not answer` });
  }

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
