// First: what is compiled before it is not spared.
import './io/lean-engine.ts';
import type { Inventory } from '@trimtab/protocol';
import { Fault, formatFault } from '@trimtab/protocol/shared';
import { type Arguments, type JoinArguments, parseArguments } from './cli/arguments.ts';
import { exitCodeOf, INTERRUPTED, WRONG_USAGE } from './cli/exit-code.ts';
import type { Answer } from './cli/format-answer.ts';
import type { CommandOutput } from './io/command-output.ts';
import { endProcess } from './io/end-process.ts';
import type { Clock } from './ports/clock.ts';
import type { Commands } from './ports/commands.ts';
import type { DeviceMapper } from './ports/device-mapper.ts';
import type { KernelFiles } from './ports/kernel-files.ts';
import { AGENT_VERSION } from './version.ts';

/** The command line of the agent: what each command needs is loaded with it, and not before. */
async function main(): Promise<number> {
  const call = parseArguments({ argv: process.argv.slice(2) });
  switch (call.kind) {
    case 'run':
    case 'visit':
      return run(call);
    case 'check': {
      const { checkAndTell } = await import('./compose/check-command.ts');
      const tellFault = (fault: Fault) => tell(fault, { isJson: false });
      return checkAndTell({ call, environment: process.env, columns: process.stdout.columns, tellFault, show });
    }
    case 'join':
      return join(call);
    case 'probe':
      return probe(call);
    case 'trim':
      return trim(call);
    case 'facts': {
      const { readSystemFacts } = await import('./io/system-facts.ts');
      const { formatJsonLine } = await import('@trimtab/protocol/shared');
      await print(formatJsonLine(await readSystemFacts()));
      return 0;
    }
    case 'version':
      await print(`trimtab-agent ${AGENT_VERSION}\n`);
      return 0;
    case 'help': {
      const { formatHelp } = await import('./cli/help.ts');
      await print(formatHelp(call));
      return 0;
    }
    case 'wrong': {
      const { UsageError } = await import('./cli/tell-error.ts');
      await tell(new UsageError(call));
      return WRONG_USAGE;
    }
  }
}

async function run(call: Extract<Arguments, { kind: 'run' | 'visit' }>): Promise<number> {
  const { loadSettings } = await import('./settings.ts');
  const { readTextFile } = await import('./io/read-text-file.ts');
  const { createClock } = await import('./io/clock.ts');
  const { createLog } = await import('./io/log.ts');
  const { runAgent } = await import('./agent.ts');
  const environment = process.env;
  const settings = await loadSettings({ ...call, environment, readText: readTextFile });
  // The agent's own timers do not keep the process alive, so that nothing is left to undo when it stops.
  const alive = setInterval(() => {}, 2 ** 30);
  const { signal } = untilSignal();
  const log = createLog({ environment, after: createClock().after });
  try {
    const end = await runAgent({
      settings,
      isVisit: call.kind === 'visit',
      flags: call.flags,
      agentVersion: AGENT_VERSION,
      environment,
      execPath: process.execPath,
      scriptPath: process.argv[1] ?? '',
      signal,
      log,
    });
    if (end !== null) log.info(VISIT_ENDS[end]);
  } catch (error) {
    if (call.kind === 'visit' && isAlreadyRunning(error)) log.info(formatFault(error));
    // Told to stop, it stops: that is a normal end, also when something could not be finished because of it.
    else if (!signal.aborted) throw error;
    else log.warn(formatFault(error));
  }
  clearInterval(alive);
  return 0;
}

const VISIT_ENDS = {
  done: 'the visit is over: nothing waits',
  'nobody-let-it-in': 'the visit is over: no collector let this guest in; what is to be told is kept for the next',
  'put-off': 'the visit is over, though not all is done: the host says nothing more; the next goes on with it',
};

/** Somebody tends to this guest already, who takes what waits. */
function isAlreadyRunning(error: unknown): boolean {
  return error instanceof Fault && error.detail.code === 'already-running';
}

async function join(call: JoinArguments): Promise<number> {
  const { joinOrShow } = await import('./compose/join-command.ts');
  return untilInterrupt(async (signal) => {
    await joinOrShow({ call, agentVersion: AGENT_VERSION, environment: process.env, signal, show });
    return 0;
  });
}

async function probe({ json, explain, root }: Extract<Arguments, { kind: 'probe' }>): Promise<number> {
  const { createClock } = await import('./io/clock.ts');
  const { sayReading } = await import('./cli/say-reading.ts');
  const end = process.stderr.isTTY ? sayReading({ clock: createClock(), write: (await outputOf()).err }) : () => {};
  const { inventory, identity } = await readGuest({ root, isAsked: true }).finally(end);
  if (explain) {
    const { explainGuest } = await import('./compose/explain-command.ts');
    return explainGuest({ inventory, identity, isJson: json, columns: process.stdout.columns, show });
  }
  const { formatProbe } = await import('./cli/probe-view.ts');
  const page = { isRoot: process.getuid?.() === 0, width: process.stdout.columns ?? 80 };
  const guest = { identity, inventory };
  await show({
    document: guest,
    shown: guest,
    isJson: json,
    format: (plain) => formatProbe({ inventory: plain.inventory, identity: plain.identity, ...page }),
  });
  return 0;
}

function trim(call: Extract<Arguments, { kind: 'trim' }>): Promise<number> {
  return untilInterrupt((signal) => trimHere({ ...call, signal }));
}

/** A command that somebody sits at: interrupted, it ends as others do. */
async function untilInterrupt(run: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const { signal, stoppedBy } = untilSignal();
  try {
    const code = await run(signal);
    return stoppedBy() === 'SIGINT' ? INTERRUPTED : code;
  } catch (error) {
    if (stoppedBy() !== 'SIGINT') throw error;
    await tell(error);
    return INTERRUPTED;
  }
}

async function trimHere({
  json,
  mounts,
  signal,
}: {
  json: boolean;
  mounts: readonly string[];
  signal: AbortSignal;
}): Promise<number> {
  const { inventory, identity, files, commands } = await readGuest({ root: '/', isAsked: false });
  const { createClock } = await import('./io/clock.ts');
  const { newTrimId } = await import('./io/new-id.ts');
  const { readLayerCounters } = await import('./probe/counters.ts');
  const { readLayerLimits } = await import('./probe/discard-limits.ts');
  const { trimNow } = await import('./conduct/trim-now.ts');
  const { createTrimProgress } = await import('./cli/trim-progress.ts');
  const progress = process.stderr.isTTY
    ? createTrimProgress({ write: (await outputOf()).err, columns: process.stderr.columns })
    : null;
  progress?.begin();
  const trimmed = await trimNow({
    inventory,
    mounts,
    commands,
    readCounters: (names) => readLayerCounters({ files, names }),
    readLimits: (names) => readLayerLimits({ files, names }),
    clock: createClock(),
    newTrimId,
    signal,
    onProgress: (each) => progress?.show(each),
  });
  progress?.end();
  if (trimmed.kind === 'refused') throw new Fault(trimmed.problem);
  const { formatTrim, toExitCode } = await import('./cli/trim-view.ts');
  const { toTrimResult } = await import('./cli/trim-result.ts');
  const { report } = trimmed;
  await show({
    document: toTrimResult({ guest: identity.hostname, report }),
    shown: report,
    isJson: json,
    format: (plain) => formatTrim({ report: plain }),
  });
  return toExitCode({ report });
}

/** `isAsked`: with what a trim does not reach. */
async function readGuest({ root, isAsked }: { root: string; isAsked: boolean }) {
  const { createKernelFiles } = await import('./io/kernel-files.ts');
  const { takeInventory } = await import('./probe/probe.ts');
  const { readGuestIdentity } = await import('./probe/identity.ts');
  const { createCommands } = await import('./io/commands.ts');
  const { createClock } = await import('./io/clock.ts');
  const { createDeviceMapper } = await import('./io/device-mapper.ts');
  const { NO_DEVICE_MAPPER } = await import('./ports/device-mapper.ts');
  const { checkRoot } = await import('./probe/check-root.ts');
  const files = createKernelFiles(root);
  await checkRoot({ files, root });
  const commands = createCommands({ environment: process.env });
  // Another root holds another guest, or a captured one: this kernel's layers and these programs are not its.
  const isOwn = root === '/';
  const clock = createClock();
  const mapper = isOwn ? createDeviceMapper({ commands, clock }) : NO_DEVICE_MAPPER;
  const hasFstrim = isOwn ? await commands.has('fstrim') : null;
  const bare = await takeInventory({ files, mapper, now: Date.now(), facts: null, hasFstrim });
  const unreached = isAsked ? await readUnreached({ root, files, mapper, commands, clock, inventory: bare }) : null;
  return { files, commands, inventory: { ...bare, unreached }, identity: await readGuestIdentity({ files }) };
}

async function readUnreached({ inventory, ...edges }: UnreachedCall): Promise<Inventory['unreached']> {
  const { composeUnreached } = await import('./compose/compose-unreached.ts');
  return composeUnreached({ ...edges, askedBy: 'person' })(inventory);
}

interface UnreachedCall {
  readonly root: string;
  readonly files: KernelFiles;
  readonly mapper: DeviceMapper;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly inventory: Inventory;
}

async function tell(error: unknown, { isJson } = { isJson: process.argv.includes('--json') }): Promise<void> {
  const { tellError } = await import('./cli/tell-error.ts');
  const { isJournal } = await import('./io/log.ts');
  tellError({
    error,
    isJson,
    isJournal: isJournal(process.env),
    columns: process.stderr.isTTY ? process.stderr.columns : null,
    write: await outputOf(),
  });
}

/** What the commands that end write to. `run` has its log, and asks for this only to tell why it cannot begin. */
let output: CommandOutput | null = null;

async function outputOf(): Promise<CommandOutput> {
  const { createCommandOutput } = await import('./io/command-output.ts');
  output ??= createCommandOutput();
  return output;
}

async function print(text: string): Promise<void> {
  (await outputOf()).out(text);
}

async function show<Shown>(answer: Answer<Shown>): Promise<void> {
  const { formatAnswer } = await import('./cli/format-answer.ts');
  await print(formatAnswer(answer));
}

/** Aborts with a sentence at the first SIGTERM, SIGINT or SIGHUP; a second one ends the process. */
function untilSignal(): { readonly signal: AbortSignal; readonly stoppedBy: () => NodeJS.Signals | null } {
  const abort = new AbortController();
  let first: NodeJS.Signals | null = null;
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.once(name, () => {
      first ??= name;
      abort.abort(`the agent was stopped (${name})`);
    });
  return { signal: abort.signal, stoppedBy: () => first };
}

async function mainToEnd(): Promise<void> {
  try {
    const code = await main();
    const unwritten = (await output?.written()) ?? null;
    if (code === 0 && unwritten !== null) throw unwritten;
    process.exitCode = code;
    // A peer that does not answer the close frame keeps the socket, and with it the process; it had its moment.
    setTimeout(() => endProcess(code), 300).unref();
  } catch (error) {
    await tell(error);
    await output?.written();
    endProcess(exitCodeOf(error));
  }
}

void mainToEnd();
