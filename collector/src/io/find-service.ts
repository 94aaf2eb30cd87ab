import { existsSync } from 'node:fs';

/** Where systemd looks for units (systemd.unit(5)). */
const UNIT_FOLDERS = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'].map((path) => `${path}/systemd/system`);

/** Is the collector installed as a service of a systemd that runs here (sd_booted(3))? */
export function hasService(): boolean {
  return existsSync('/run/systemd/system') && UNIT_FOLDERS.some((path) => existsSync(`${path}/trimtab.service`));
}
