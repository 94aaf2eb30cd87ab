import { createMembers, type Members } from '../conduct/members.ts';
import { createKeys } from '../io/keys.ts';
import { removeFile } from '../io/remove-file.ts';
import { findToken } from '../join/find-token.ts';
import { JOINED_FILE } from '../join/joined-file.ts';
import type { Log } from '../ports/log.ts';
import type { AgentSettings } from '../settings.ts';
import type { Edges } from './edges.ts';

/** Who knows the collectors of this guest, and finds a token that was laid ready for it. */
export function composeMembers({
  settings: { collector, stateDirectory, root },
  edges: { clock, files, folder },
  environment,
  log,
}: {
  settings: Pick<AgentSettings, 'collector' | 'stateDirectory' | 'root'>;
  edges: Pick<Edges, 'clock' | 'files' | 'folder'>;
  environment: Readonly<Record<string, string | undefined>>;
  log: Log;
}): Members {
  const credentialsDirectory = environment.CREDENTIALS_DIRECTORY ?? null;
  return createMembers({
    folder,
    path: `${stateDirectory}/${JOINED_FILE}`,
    address: collector,
    findToken: () => findToken({ files, credentialsDirectory }),
    removeFile: (path) => removeFile(`${root}${path}`),
    keys: createKeys(),
    clock,
    log,
  });
}
