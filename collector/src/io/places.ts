import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A filesystem that was mounted since is known so late. */
const FRESH_MS = 2_000;

/**
 * Which part of this host answers for a path: the mount above it, by name alone, for to ask would be to wait; of the
 * root filesystem the folder, since a link in it may lead to any other. In /dev each device is on its own. Of /proc/PID
 * the process: its command line is read from its memory, and its root may be anything.
 */
export function createPlaces(): { placeOf(path: string): string } {
  let mounts: ReadonlySet<string> = new Set();
  let untilMs = Number.NEGATIVE_INFINITY;

  return {
    placeOf(path) {
      const process = /^\/proc\/\d+(?=\/)/.exec(path)?.[0];
      if (process !== undefined) return process;
      if (performance.now() > untilMs) {
        mounts = readMountPoints();
        untilMs = performance.now() + FRESH_MS;
      }
      for (let at = path; at !== '/' && at !== '.'; at = dirname(at))
        if (mounts.has(at)) return at === '/dev' ? path : at;
      return dirname(path);
    },
  };
}

/** The fifth field of proc_pid_mountinfo(5), which has spaces and the like as octal digits. The kernel knows it. */
function readMountPoints(): ReadonlySet<string> {
  try {
    const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    const points = lines.flatMap((line) => line.split(' ', 5)[4] ?? []);
    return new Set(points.map((point) => point.replace(/\\([0-7]{3})/g, (_, octal) => toCharacter(octal))));
  } catch {
    return new Set();
  }
}

function toCharacter(octal: string): string {
  return String.fromCharCode(Number.parseInt(octal, 8));
}
