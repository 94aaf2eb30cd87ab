import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestId } from '@trimtab/protocol';
import { type RunningAgent, startAgent } from './agent-program.ts';
import { type FakeCollector, startFakeCollector } from './fake-collector.ts';
import { makeLoopFilesystem } from './loop-filesystem.ts';

export const REQUEST_ID = '99999999-9999-4999-8999-999999999999' as RequestId;

export function newRequestId(): RequestId {
  return randomUUID() as string as RequestId;
}

export interface AgentRoom {
  readonly collector: FakeCollector;
  /** A filesystem that may be trimmed, and the disk below it. */
  readonly mount: string;
  readonly device: string;
  readonly stateDirectory: string;
  /** Starts the bundle, connected to the collector; `within` is a command that runs it. */
  start(how?: {
    readonly verb?: 'run' | 'visit';
    readonly flags?: readonly string[];
    readonly within?: readonly string[];
  }): RunningAgent;
  /** A mount namespace in which fstrim takes a minute. */
  readonly slowFstrim: readonly string[];
  /** A mount namespace in which the loop filesystem is the only one that can be trimmed, or written to. */
  readonly hideOtherMounts: readonly string[];
}

/**
 * Other filesystems of this machine belong to others, who may be measuring them. The new namespace does not hear of
 * mounts made later (unshare(1), --propagation), those it has become read-only in it, and its fstab takes them out of
 * every trim.
 */
const HIDE_OTHERS = `
set -e
own=$1 fstab=$2; shift 2
others() {
  while read -r source target rest; do
    case "$source" in /dev/*) [ "$target" = "$own" ] || echo "$target" ;; esac
  done < /proc/self/mounts
}
others | while read -r target; do echo "none $target none X-fstrim.notrim 0 0"; done >"$fstab"
mount --bind "$fstab" /etc/fstab
others | while read -r target; do mount -o remount,ro,bind "$target"; done
exec "$@"`;

/** A collector, a filesystem and a state directory for one test; agents that still run at its end are killed. */
export async function inAgentRoom(
  use: (room: AgentRoom) => Promise<void>,
  how: Parameters<typeof startFakeCollector>[0] = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-run-'));
  const filesystem = await makeLoopFilesystem({ kind: 'ext4', sizeMiB: 64 });
  const collector = await startFakeCollector(how);
  const agents: RunningAgent[] = [];
  const slow = join(folder, 'slow-fstrim');
  await writeFile(slow, '#!/bin/sh\nexec sleep 60\n');
  await chmod(slow, 0o755);
  const fstab = join(folder, 'fstab');
  await writeFile(fstab, '');
  const stateDirectory = join(folder, 'state');
  try {
    await use({
      collector,
      mount: filesystem.mount,
      device: filesystem.device,
      stateDirectory,
      start({ verb = 'run', flags = [], within = [] } = {}) {
        const usual = ['--collector', collector.address, '--state-directory', stateDirectory];
        const agent = startAgent({ args: [verb, ...usual, ...flags], within });
        agents.push(agent);
        return agent;
      },
      slowFstrim: ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /usr/sbin/fstrim && exec "$@"', slow],
      hideOtherMounts: ['unshare', '--mount', 'sh', '-c', HIDE_OTHERS, 'sh', filesystem.mount, fstab],
    });
  } finally {
    for (const agent of agents) agent.process.kill('SIGKILL');
    await Promise.all(agents.map((agent) => agent.ended));
    await collector.close().catch(() => {});
    await filesystem.remove();
    await rm(folder, { recursive: true });
  }
}
