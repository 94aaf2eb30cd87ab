import { commandPath, runCommand } from './command.ts';

/** A Debian package, and the program that shows it (or something that stands in for it) is there. */
export interface MachinePackage {
  readonly name: string;
  readonly command: string;
}

export interface EnsurePackages {
  readonly packages: readonly MachinePackage[];
  readonly say: (line: string) => void;
  /** Asked before anything is installed; give it on a terminal only. */
  readonly confirm?: (question: string) => Promise<boolean>;
}

const APT_OPTIONS = ['-o', 'DPkg::Lock::Timeout=120', '-q'];
const APT_ENVIRONMENT = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'l' };

/** Installs what is missing, with apt as root. Throws, with the line to run, when it may not or can not. */
export async function ensurePackages({ packages, say, confirm }: EnsurePackages): Promise<{ installed: string[] }> {
  const missing = packages.filter(({ command }) => commandPath(command) === null).map(({ name }) => name);
  if (missing.length === 0) return { installed: [] };

  const remedy = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (commandPath('apt-get') === null) {
    throw new Error(
      `This machine lacks ${commandsOf(packages, missing)} and has no apt-get. Install them by its own means.`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new Error(`This machine lacks ${missing.join(', ')} (and this is not root). Run: sudo sh -c '${remedy}'`);
  }
  if (confirm !== undefined && !(await confirm(`Install ${missing.join(', ')} with apt-get?`))) {
    throw new Error(
      `Not installed: ${missing.join(', ')}. Nothing was changed. To install them yourself, run: ${remedy}`,
    );
  }

  say(`Installing ${missing.join(', ')} ...`);
  const startedAt = performance.now();
  try {
    await install(missing);
  } catch (cause) {
    throw new Error(`Could not install ${missing.join(', ')}. Run it by hand to see why: ${remedy}`, { cause });
  }
  const stillMissing = packages.filter(({ command }) => commandPath(command) === null);
  if (stillMissing.length > 0) {
    const commands = stillMissing.map(({ command }) => command).join(', ');
    throw new Error(
      `apt-get installed ${missing.join(', ')}, but ${commands} is still not there. Read: dpkg -L ${missing[0]}`,
    );
  }
  say(`Installed ${missing.join(', ')} in ${((performance.now() - startedAt) / 1000).toFixed(0)} s.`);
  return { installed: missing };
}

/** One `apt-get update`: a fresh image has empty package lists. */
export async function updateLists({ say }: { say: (line: string) => void }): Promise<void> {
  say('Updating the package lists ...');
  try {
    await runCommand('apt-get', [...APT_OPTIONS, 'update'], { env: APT_ENVIRONMENT });
  } catch (cause) {
    throw new Error('Could not update the package lists. Run it as root to see why: apt-get update', { cause });
  }
}

async function install(names: readonly string[]): Promise<void> {
  const args = [...APT_OPTIONS, 'install', '-y', '--no-install-recommends', ...names];
  try {
    await runCommand('apt-get', args, { env: APT_ENVIRONMENT });
  } catch {
    // Empty or stale package lists are the usual reason: names unknown, or versions gone from the mirror.
    await runCommand('apt-get', [...APT_OPTIONS, 'update'], { env: APT_ENVIRONMENT });
    await runCommand('apt-get', args, { env: APT_ENVIRONMENT });
  }
}

function commandsOf(packages: readonly MachinePackage[], names: readonly string[]): string {
  return packages
    .filter(({ name }) => names.includes(name))
    .map(({ command }) => command)
    .join(', ');
}
