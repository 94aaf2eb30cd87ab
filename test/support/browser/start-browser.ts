import { type Browser, chromium } from 'playwright-core';
import { commandPath } from '../machine/command.ts';
import { ensurePackages, type MachinePackage } from '../machine/packages.ts';

/** Debian’s own: 108 MB to fetch, and some 30 more with all that it needs; 360 MB on disk. */
export const BROWSER_PACKAGES: readonly MachinePackage[] = [{ name: 'chromium', command: 'chromium' }];

/** A real browser without a screen. It has no sandbox, for root has none: what it opens is ours. */
export async function startBrowser(): Promise<Browser> {
  await ensurePackages({ packages: BROWSER_PACKAGES, say: (line) => console.error(line) });
  return chromium.launch({ executablePath: commandPath('chromium') ?? 'chromium', args: ['--no-sandbox'] });
}
