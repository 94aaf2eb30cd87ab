import { hostname } from 'node:os';

/** What this host calls itself (gethostname(2)). */
export function readHostName(): string {
  return hostname();
}
