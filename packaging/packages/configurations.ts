import * as agent from '../../agent/src/settings.ts';
import * as collector from '../../collector/src/settings.ts';
import type { FileEntry } from '../model/tree.ts';
import { formatExampleConfiguration } from '../texts/example-configuration.ts';

export function agentConfiguration(): FileEntry {
  return configuration({
    path: agent.CONFIGURATION_FILE,
    group: null,
    text: formatExampleConfiguration({
      table: agent.SETTINGS,
      environmentPrefix: agent.ENVIRONMENT_PREFIX,
      head: 'The Trimtab agent of this guest. It needs nothing of this file: what it has joined is kept in its state directory. See trimtab-agent-run(8).',
    }),
  });
}

export function collectorConfiguration(): FileEntry {
  return configuration({
    path: collector.DEFAULT_CONFIGURATION,
    group: 'trimtab',
    text: formatExampleConfiguration({
      table: collector.SETTINGS,
      environmentPrefix: collector.ENVIRONMENT_PREFIX,
      head: 'The Trimtab collector of this host. For guests on a network of this host, listen is what is to be set, as in listen = "192.168.122.1:7461". See trimtab-serve(8); then `systemctl restart trimtab`.',
    }),
  });
}

function configuration({
  path,
  group,
  text,
}: {
  readonly path: string;
  /** Who may read it besides root; null: all. */
  readonly group: string | null;
  readonly text: string;
}): FileEntry {
  const content = { kind: 'bytes', bytes: new TextEncoder().encode(text) } as const;
  const mode = group === null ? 0o644 : 0o640;
  return { kind: 'file', path, mode, content, isConfiguration: true, group };
}
