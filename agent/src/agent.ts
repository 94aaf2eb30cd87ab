import { type Hello, SUPPORTED, UNPROVEN } from '@trimtab/protocol';
import { sleep } from '@trimtab/protocol/shared';
import { composeAnnouncer } from './compose/compose-announcer.ts';
import { composeChannel } from './compose/compose-channel.ts';
import { composeMembers } from './compose/compose-members.ts';
import { composeTrims } from './compose/compose-trims.ts';
import { composeVisit, type VisitParts } from './compose/compose-visit.ts';
import { createEdges } from './compose/edges.ts';
import { openLink } from './compose/open-link.ts';
import { createHostAnswers, type HostAnswers } from './conduct/answer-host.ts';
import type { Conductor } from './conduct/conduct-trim.ts';
import { createEventQueue } from './conduct/event-queue.ts';
import { requireRoutes } from './conduct/members.ts';
import { checkSchedule, runSchedule, type StartDueTrim } from './conduct/run-schedule.ts';
import { createUsageTeller } from './conduct/tell-usage.ts';
import type { VisitEnd } from './conduct/visit.ts';
import { createChannelWatch } from './conduct/watch-channel.ts';
import { createCron } from './io/cron.ts';
import { createDiskReader } from './io/read-disk.ts';
import { claimFolder } from './io/single-instance.ts';
import { tellRoutes } from './model/route.ts';
import type { Log } from './ports/log.ts';
import { readGuestIdentity } from './probe/identity.ts';
import { createProver } from './prove/prover.ts';
import type { AgentSettings } from './settings.ts';

/** A fstrim that the kernel does not let go ends without us; its journal becomes a report at the next start. */
export const STOP_PATIENCE_MS = 1_500;

export interface AgentCall {
  readonly settings: AgentSettings;
  /** Of the settings, those that the command line gave. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly agentVersion: string;
  /** It ends when there is nothing to stay for. */
  readonly isVisit: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly execPath: string;
  readonly scriptPath: string;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * The agent's whole life: resolves when `signal` aborts, with null, or when the visit is over. The link comes first; all
 * that can wait waits for the welcome.
 */
export async function runAgent(call: AgentCall): Promise<VisitEnd | null> {
  const { settings, flags, agentVersion, signal, log } = call;
  const edges = createEdges(call);
  const { clock, files, folder } = edges;
  const members = composeMembers({ settings, edges, environment: call.environment, log });
  const cron = createCron();
  await folder.prepare();
  const [guest] = await Promise.all([
    readGuestIdentity({ files }),
    claimFolder({ path: settings.stateDirectory, commands: edges.commands, log }),
  ]);
  const channel = composeChannel({ edges, root: settings.root, log });
  const routes = [...(await channel.routes()), ...(await members.readRoutes())];
  requireRoutes(routes);
  log.info(`trimtab-agent ${agentVersion} connects to ${tellRoutes(routes)}`);
  const { schedule: expression, timeZone } = settings;
  if (expression !== null) await checkSchedule({ cron, expression, timeZone, flags });

  const { bootId } = guest;
  const visit = call.isVisit ? await composeVisit({ settings, clock }) : STAYS;
  const hello: Hello = { type: 'hello', versions: SUPPORTED, agentVersion, guest, ...UNPROVEN, ...visit.says };
  const events = createEventQueue<HostAnswers>({ log });
  const { onRejected, onTrimEnded: onEnded } = visit;
  const link = openLink({ members, channel, hello, events, onRejected, clock, log });
  const { say } = link;
  const announcer = composeAnnouncer({ call, edges, bootId, say });
  const { announce } = announcer;
  const trims = await composeTrims({ settings, edges, bootId, announce, say, isVisit: call.isVisit, onEnded, log });
  const { conductor, delivery } = trims;
  const prover = createProver({
    lastInventory: announcer.told,
    readDisk: createDiskReader({ root: settings.root }),
    say,
    clock,
  });
  const usage = createUsageTeller({ files, guest, told: announcer.told, say, clock });
  const watch = createChannelWatch({
    hasChannel: async () => (await channel.routes()).length > 0,
    isAtRest: conductor.isAtRest,
    goOver: link.goOverToChannel,
    clock,
  });
  const { during } = visit;
  const answers = createHostAnswers({
    conductor,
    delivery,
    announcer,
    usage,
    channel: watch,
    prover,
    during,
    say,
    log,
  });
  const begun = visit.begin({ answers, announcer, usage, ...trims });
  events.open(begun.answers);
  const stopSchedule =
    expression === null
      ? () => {}
      : await runSchedule({ cron, folder, expression, timeZone, startTrim: toStartDueTrim(conductor), clock, log });

  const end = await Promise.race([aborted(signal), begun.over]);
  stopSchedule();
  await Promise.race([conductor.stop(), sleep(clock, STOP_PATIENCE_MS)]);
  link.stop();
  return end;
}

/** Of one that stays. */
const STAYS: VisitParts = {
  says: { starter: 'resident', nextVisitAt: null },
  onRejected() {},
  onTrimEnded() {},
  during() {},
  begin: ({ answers }) => ({ answers, over: new Promise(() => {}) }),
};

function toStartDueTrim(conductor: Conductor): StartDueTrim {
  return ({ trigger, onBegun }) =>
    conductor.begin({ wish: { trigger, requestId: null, mounts: null, cures: null }, onBegun });
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}
