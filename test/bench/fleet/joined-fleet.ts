import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { readToken } from '@trimtab/protocol/joining';
import { toDatabasePath } from '../../../collector/src/compose/open-database.ts';
import { askApi } from '../../support/programs/api-request.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';
import type { Bench } from '../benchmark.ts';
import { withPools, writeConfiguration } from './fleet.ts';
import type { FleetGuest } from './fleet-agent.ts';
import type { Done, Task } from './joined-agents.ts';

const AGENTS = new URL('./joined-agents.ts', import.meta.url).pathname;
/** Those who join by one token do it one after the other. */
const TOKENS = 32;

/** A collector with the configuration of a fleet, which can be started anew on the same port. */
export interface Host extends AsyncDisposable {
  readonly guests: readonly FleetGuest[];
  readonly databasePath: string;
  /** The one that runs. */
  collector(): CollectorUnderTest;
  restart(): Promise<CollectorUnderTest>;
}

/** Guests that have joined are neither strangers, nor at one address. */
export async function startHost({
  directory,
  size,
}: {
  readonly directory: string;
  readonly size: number;
}): Promise<Host> {
  await mkdir(directory);
  const guests = Array.from(
    { length: size },
    (_, index): FleetGuest => ({ name: `guest-${index}`, uuid: randomUUID() }),
  );
  const config = await writeConfiguration({ directory, guests });
  const start = (port: number) =>
    startCollectorProgram({
      directory,
      port,
      takesUnenrolled: false,
      through: withPools(directory),
      args: ['--config', config, '--connections', `${size}`],
    });
  let collector = await start(0);
  return {
    guests,
    databasePath: toDatabasePath(`${directory}/collector`),
    collector: () => collector,
    async restart() {
      const { agentPort, program } = collector;
      await program.stop();
      collector = await start(agentPort);
      return collector;
    },
    [Symbol.asyncDispose]: () => collector[Symbol.asyncDispose](),
  };
}

/** The agents of all guests of a host, in a process of their own. */
export interface JoinedFleet extends AsyncDisposable {
  readonly pid: number;
  carryOut(task: Task): Promise<Done>;
}

/** Each agent joins by a token, with a key of its own. */
export async function joinFleet(
  { guests, collector }: Host,
  { isEncrypted, signal }: { readonly isEncrypted: boolean } & Pick<Bench, 'signal'>,
): Promise<JoinedFleet> {
  const { agentPort, socketPath } = collector();
  const child = fork(AGENTS, { execArgv: ['--conditions=source'], signal, killSignal: 'SIGKILL' });
  child.once('error', () => {});
  const gone = once(child, 'exit');
  const answer = async () => {
    const ended = gone.then(() => Promise.reject(new Error('the process of the agents has ended')));
    const [said] = (await Promise.race([once(child, 'message'), ended])) as [Done];
    return said;
  };
  const fleet: JoinedFleet = {
    pid: child.pid ?? -1,
    carryOut(task) {
      child.send(task);
      return answer();
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await gone;
    },
  };
  await answer();
  const tokens = await enroll({ socketPath, uses: Math.ceil(guests.length / TOKENS) });
  const [{ pin }] = tokens as [(typeof tokens)[number]];
  const secrets = tokens.map(({ secret }) => secret);
  await fleet.carryOut({ kind: 'join', guests, secrets, collector: { port: agentPort, pin, isEncrypted } });
  return fleet;
}

async function enroll({ socketPath, uses }: { readonly socketPath: string; readonly uses: number }) {
  const made = Array.from({ length: TOKENS }, async () => {
    const { status, body } = await askApi({ socketPath, path: '/v1/enrolments', body: { uses } });
    const read = readToken((body as { readonly token?: string }).token ?? '');
    if (read.kind !== 'token') throw new Error(`no token was made: ${status} ${JSON.stringify(body)}`);
    return read.token;
  });
  return Promise.all(made);
}
