import * as v from 'valibot';
import { isSocketAt } from '../../model/socket-path.ts';
import type { Qmp } from '../../ports/qmp.ts';
import type { Refused } from '../faults.ts';
import type { SocketChannel } from '../way.ts';

/** What QEMU knows of a channel where nobody answers. */
export type WhySilent = (channel: SocketChannel) => Promise<Refused>;

/** qapi/run-state.json, qapi/char.json. */
const statusSchema = v.object({ running: v.boolean(), status: v.string() });
const channelsSchema = v.array(v.object({ filename: v.string(), 'frontend-open': v.boolean() }));

const NOBODY_KNOWS = {
  refusal: 'silent',
  cause: 'it does not answer: it does not run in the guest, or it hangs',
} as const;

/**
 * Asks QEMU over QMP: a guest that is paused answers nothing, and nobody has opened the guest's end of a channel where
 * no qemu-ga runs. Where QEMU cannot be asked, only the silence is told.
 */
export function createWhySilent(qmp: Qmp): WhySilent {
  return async ({ path, qmpPaths }) => {
    for (const qmpPath of qmpPaths) {
      const answers = await qmp
        .ask({ kind: 'socket', path: qmpPath }, [{ execute: 'query-status' }, { execute: 'query-chardev' }])
        .catch(() => null);
      if (answers !== null) return explain({ path, answers });
    }
    return NOBODY_KNOWS;
  };
}

function explain({ path, answers }: { path: string; answers: readonly unknown[] }): Refused {
  const status = v.safeParse(statusSchema, answers[0]);
  if (status.success && !status.output.running) {
    const isPaused = status.output.status === 'paused';
    return {
      refusal: 'off',
      cause: isPaused ? 'the guest is paused' : `the guest does not run: ${status.output.status}`,
    };
  }
  const channels = v.safeParse(channelsSchema, answers[1]);
  const own = channels.success
    ? channels.output.find(({ filename }) => isSocketAt({ path, told: toPath(filename) }))
    : undefined;
  if (own === undefined) return NOBODY_KNOWS;
  return own['frontend-open']
    ? { refusal: 'silent', cause: 'it runs in the guest, and hangs' }
    : { refusal: 'not-running' };
}

/** `disconnected:unix:/run/qga.sock,server=on`, and without its first word while somebody is connected. */
function toPath(filename: string): string {
  return /^(?:disconnected:)?unix:(.*?)(?:,server(?:=on)?)?(?: <-> .*)?$/.exec(filename)?.[1] ?? filename;
}
