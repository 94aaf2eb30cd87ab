import { AGENT_PORT } from '@trimtab/protocol/channel';
import { Fault, trySettings } from '@trimtab/protocol/shared';
import { requireRoutes } from '../conduct/members.ts';
import { checkSchedule } from '../conduct/run-schedule.ts';
import { createCron } from '../io/cron.ts';
import { requireWritable } from '../io/require-writable.ts';
import { findPort } from '../io/serial-port.ts';
import { isClaimed, readHolder } from '../io/single-instance.ts';
import { findToken } from '../join/find-token.ts';
import { JOINED_FILE, readJoined } from '../join/joined-file.ts';
import { parseToken } from '../join/parse-token.ts';
import { toRoutes } from '../join/to-routes.ts';
import { isPending } from '../model/joined.ts';
import { CHANNEL_ROUTE, formatAddress, type Route, tellRoutes } from '../model/route.ts';
import type { FoundByCheck } from '../model/run-check.ts';
import { checkRoot } from '../probe/check-root.ts';
import { type AgentSettings, readSources, SETTINGS, type SettingsCall } from '../settings.ts';
import { createEdges, type Edges } from './edges.ts';

/**
 * What `run` with these settings would come to: all that would keep it from starting. It connects to nobody, and makes,
 * changes and leaves nothing. Throws a Fault where the configuration file cannot be read.
 */
export async function checkRun(call: SettingsCall): Promise<FoundByCheck> {
  const sources = await readSources(call);
  const configuration = sources.file?.path ?? null;
  const { settings, faults: wrong } = trySettings(SETTINGS, sources);
  if (settings === null) return { configuration, faults: wrong, would: [], notes: [] };
  const faults: Fault[] = [];
  const attempt = async <Value>(work: () => Value | Promise<Value>): Promise<Value | null> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push(error);
      return null;
    }
  };
  const { environment, flags } = call;
  const edges = createEdges({ settings, environment });
  await attempt(() => checkRoot({ files: edges.files, root: settings.root }));
  const isUsable = (await attempt(() => requireWritable(settings.stateDirectory))) !== null;
  // What lies in a folder that cannot be used would be found a second time.
  const ways = isUsable ? await attempt(() => tellWays({ settings, edges, environment })) : null;
  const trims = await attempt(() => tellTrims({ settings, flags }));
  return {
    configuration,
    faults,
    would: [...(ways ?? []), `keep what is not delivered yet in ${settings.stateDirectory}`, ...(trims ?? [])],
    notes: await findNotes({ settings, edges }),
  };
}

/** By which it would come to a collector. */
async function tellWays({
  settings: { stateDirectory, collector: address, root },
  edges: { files, folder },
  environment,
}: {
  readonly settings: AgentSettings;
  readonly edges: Edges;
  readonly environment: SettingsCall['environment'];
}): Promise<readonly string[]> {
  const port = await findPort({ root, name: AGENT_PORT });
  const channel = port === null ? [] : [CHANNEL_ROUTE];
  const collectors = await readJoined({ folder, path: `${stateDirectory}/${JOINED_FILE}` });
  const known = collectors.filter((each) => each.joinedAt !== null || isPending(each));
  const members = known.map((collector) => ({ collector, tokenSeed: collector.tokenSeed }));
  if (known.some(({ joinedAt }) => joinedAt !== null))
    return [tellConnection([...channel, ...toRoutes({ members, address })])];
  const credentialsDirectory = environment.CREDENTIALS_DIRECTORY ?? null;
  const found = await findToken({ files, credentialsDirectory });
  if (found === null) {
    const routes = [...channel, ...toRoutes({ members, address })];
    requireRoutes(routes);
    return [tellConnection(routes)];
  }
  const { addresses } = parseToken(found);
  const places = address === null ? addresses : [formatAddress(address)];
  return [
    ...(channel.length === 0 ? [] : [tellConnection(channel)]),
    `join by the token of ${found.place}, at ${places.join(', ')}`,
  ];
}

const tellConnection = (routes: readonly Route[]) => `connect to ${tellRoutes(routes)}`;

async function tellTrims({
  settings: { schedule, timeZone },
  flags,
}: {
  readonly settings: AgentSettings;
  readonly flags: SettingsCall['flags'];
}): Promise<readonly string[]> {
  if (schedule === null) return ['trim when the host asks, and not by itself: there is no schedule'];
  const cron = createCron();
  await checkSchedule({ cron, expression: schedule, timeZone, flags });
  const started = await cron.start({ expression: schedule, timeZone, onDue() {} });
  const next = started.nextDueAt();
  started.stop();
  const when = next === null ? 'never' : `next at ${new Date(next).toISOString()}`;
  return [`trim on ${JSON.stringify(schedule)}, ${timeZone}: ${when}`];
}

async function findNotes({
  settings: { stateDirectory },
  edges: { commands },
}: {
  readonly settings: AgentSettings;
  readonly edges: Edges;
}): Promise<readonly string[]> {
  const holder = readHolder(stateDirectory);
  const isRunning = await isClaimed({ path: stateDirectory, commands });
  return [
    ...(isRunning
      ? [
          `An agent runs with this state directory${holder === null ? '' : ` (process ${holder})`}: it has to end before another starts.`,
        ]
      : []),
    ...((await commands.has('fstrim')) ? [] : ['There is no fstrim(8): without it nothing is trimmed.']),
  ];
}
