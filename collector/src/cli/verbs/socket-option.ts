import { resolveSettings, toPhrase } from '@trimtab/protocol/shared';
import type { Command } from 'commander';
import { type ApiPlace, toSubject } from '../../model/api-place.ts';
import type { RemoteDesk } from '../../ports/desk/remote-desk.ts';
import { ENVIRONMENT_PREFIX, SETTINGS } from '../../settings.ts';
import type { CommandContext } from '../command-context.ts';
import { type ApiOptions, addApiOptions, readApiOptions } from './api-option.ts';

const { socket } = SETTINGS;

export interface FaceOptions extends ApiOptions {
  readonly socket?: string;
  readonly json?: true;
}

/** The options that every command but `serve` has. */
export function addFaceOptions(command: Command): Command {
  command
    .option('--json', 'print one JSON document')
    .option(
      `--socket <${socket.placeholder}>`,
      `${toPhrase(socket.describe)} (${ENVIRONMENT_PREFIX}SOCKET, default ${socket.default})`,
    );
  return addApiOptions(command);
}

/**
 * The running collector's desk: at --socket, else TRIMTAB_SOCKET, else where collector.toml says, if there is one to
 * read. That of another host, where --api or TRIMTAB_API names one and --socket none.
 */
export function connectDesk(context: CommandContext, options: FaceOptions): RemoteDesk {
  const place = findDesk(context, options);
  context.beginWaiting();
  return context.connect(place);
}

/** Where that is, for people. */
export function placeOfDesk(context: CommandContext, options: FaceOptions) {
  const place = findDesk(context, options);
  return { place: toSubject(place), isElsewhere: 'remote' in place };
}

function findDesk(context: CommandContext, options: FaceOptions): ApiPlace {
  const { environment } = context;
  const remote = options.socket === undefined ? readApiOptions(context, options) : null;
  if (remote !== null) return { remote };
  const isNamed = options.socket !== undefined || environment[`${ENVIRONMENT_PREFIX}SOCKET`] !== undefined;
  const resolved = resolveSettings(
    { socket },
    {
      flags: { socket: options.socket },
      environment,
      environmentPrefix: ENVIRONMENT_PREFIX,
      file: isNamed ? null : readSocketOf(context),
    },
  );
  return { socketPath: resolved.socket };
}

/** The file is the collector's own and may be closed to others; then the default holds. */
function readSocketOf(context: CommandContext) {
  try {
    const file = context.readConfiguration(null);
    if (file === null || file.content.socket === undefined) return null;
    return { path: file.path, content: { socket: file.content.socket } };
  } catch {
    return null;
  }
}
