import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from '../machine/command.ts';

/** A Debian in which systemd runs as the first process, in namespaces of its own. */
export interface SystemdRoot {
  /** What a shell in it printed, both ways. Throws where it fails. */
  run(script: string): Promise<string>;
  /** The same until it succeeds; throws its last error when this does not come about. */
  untilRuns(script: string): Promise<string>;
  stop(): Promise<void>;
}

/** What a machine has mounted when systemd starts; and it is shared, so that a unit sees what is mounted later. */
const START = `mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount --rbind /sys "$1/sys"
mount -t cgroup2 cgroup2 "$1/sys/fs/cgroup"
mount --rbind /dev "$1/dev"
mount -t tmpfs tmpfs "$1/run"
cd "$1"
pivot_root . mnt
umount -l /mnt
mount --make-rshared /
exec /usr/bin/env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=null --show-status=no`;

const PATIENCE_MS = 30_000;

export async function startSystemd({ folder }: { readonly folder: string }): Promise<SystemdRoot> {
  const namespaces = ['--mount', '--pid', '--fork', '--cgroup', '--uts', '--ipc', '--kill-child'];
  const outer = spawn('unshare', [...namespaces, 'sh', '-ec', START, 'sh', folder], { stdio: 'inherit' });
  const ended = once(outer, 'exit');
  const enter = ({ pid, script }: { readonly pid: string; readonly script: string }) => {
    const shell = ['/usr/bin/env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'DEBIAN_FRONTEND=noninteractive'];
    return runCommand('nsenter', [
      '-t',
      pid,
      '-m',
      '-p',
      '-u',
      '-i',
      '-C',
      '-r',
      '-w',
      ...shell,
      'sh',
      '-ec',
      `exec 2>&1; ${script}`,
    ]);
  };
  const find = async (): Promise<string> => {
    const children = await readFile(`/proc/${outer.pid}/task/${outer.pid}/children`, 'utf8');
    return children.trim().split(' ')[0] ?? '';
  };
  const run = async (script: string) => enter({ pid: await find(), script });
  const untilRuns = async (script: string) => {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await run(script);
      } catch (error) {
        if (performance.now() > until || outer.exitCode !== null) throw error;
        await delay(200);
      }
    }
  };
  await untilRuns('systemctl list-units >/dev/null');
  return {
    run,
    untilRuns,
    async stop() {
      // Of the namespace the first: the others are gone before it is, and only then whoever started it ends.
      const first = Number(await find());
      if (first > 0) process.kill(first, 'SIGKILL');
      else outer.kill('SIGKILL');
      await ended;
    },
  };
}
