import { createImages } from '../image/images.ts';
import { createReadTables } from '../image/qcow2-tables.ts';
import { clock } from '../io/clock.ts';
import { createCommands } from '../io/commands.ts';
import { createHostFiles } from '../io/host-files.ts';
import { createQmp } from '../io/qmp-client.ts';
import type { Log } from '../ports/log.ts';
import type { CollectorSettings } from '../settings.ts';
import { composeSampler } from './compose-sampler.ts';

/** The edges of the collector that more than one of its parts works with, and what is measured through them. */
export function createEffects({ log, settings }: { log: Log; settings: CollectorSettings }) {
  const files = createHostFiles();
  const commands = createCommands();
  const images = createImages({ files, commands, clock });
  const readTables = createReadTables({ files, clock });
  const qmp = createQmp({ commands, files });
  const samplerFor = composeSampler({ clock, images, readTables, qmp, settings });
  return { effects: { clock, log, files, commands, qmp }, images, samplerFor };
}
