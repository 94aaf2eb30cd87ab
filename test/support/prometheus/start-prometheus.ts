import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandPath } from '../machine/command.ts';
import { ensurePackages, type MachinePackage } from '../machine/packages.ts';
import { processorTime, textLength } from '../waiting/movement.ts';
import { GaveUp, waitWhileMoving } from '../waiting/wait-while-moving.ts';

/** Prometheus and promtool: 19 MB to fetch, 95 MB on disk. */
export const PROMETHEUS_PACKAGES: readonly MachinePackage[] = [{ name: 'prometheus', command: 'prometheus' }];

export interface Prometheus extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** An instant query, as of `at` (seconds); throws with Prometheus' words when it is refused. */
  query(options: { readonly promql: string; readonly at: number }): Promise<readonly InstantValue[]>;
  output(): string;
}

export interface InstantValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface StartPrometheus {
  /** Its own. Blocks that lie in `data/` there are served, however old they are. */
  readonly directory: string;
  /** prometheus.yml; by default it scrapes nothing. */
  readonly configuration?: string;
}

/** A real Prometheus on a free port of this machine alone; it dies with this process, however this one dies. */
export async function startPrometheus({ directory, configuration = '' }: StartPrometheus): Promise<Prometheus> {
  await ensurePackages({ packages: PROMETHEUS_PACKAGES, say: (line) => console.error(line) });
  const [file, data] = [join(directory, 'prometheus.yml'), join(directory, 'data')];
  await mkdir(data, { recursive: true });
  await writeFile(file, configuration);
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${data}`,
    '--storage.tsdb.retention.time=100y',
    '--web.listen-address=127.0.0.1:0',
    '--web.enable-lifecycle',
  ];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', commandPath('prometheus') ?? 'prometheus', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = once(child, 'close');
  const port = await waitWhileMoving({
    what: 'Prometheus is ready',
    movement: [textLength('its output', () => output), processorTime('prometheus', child.pid ?? -1)],
    find() {
      if (child.exitCode !== null) throw new GaveUp(`Prometheus ended (${child.exitCode}):\n${output}`);
      const ready = output.includes('Server is ready to receive web requests');
      return ready ? (/msg="Listening on" address=127\.0\.0\.1:(?<port>\d+)/.exec(output)?.groups?.port ?? null) : null;
    },
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    output: () => output,
    query: (options) => queryAt({ url, ...options }),
    async [Symbol.asyncDispose]() {
      // Nothing in its data is worth a clean end.
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries */
interface InstantAnswer {
  readonly status: 'success' | 'error';
  readonly error?: string;
  readonly data?: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [number, string];
    }[];
  };
}

async function queryAt({ url, promql, at }: { url: string; promql: string; at: number }) {
  const body = new URLSearchParams({ query: promql, time: `${at}` });
  const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body });
  const answer = (await response.json()) as InstantAnswer;
  if (answer.status !== 'success') throw new Error(`Prometheus refused ${promql}: ${answer.error}`);
  return (answer.data?.result ?? []).map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}
