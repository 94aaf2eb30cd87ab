import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi } from '../../../collector/src/api/create-api.ts';
import { startApi } from '../../../collector/src/io/api-server.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import type { Desk } from '../../../collector/src/ports/desk/desk.ts';

export interface LogRecord {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export interface ServedDesk {
  readonly folder: string;
  readonly socketPath: string;
  readonly logged: LogRecord[];
  close(): Promise<void>;
}

/**
 * The real API server on a real Unix socket in a folder of its own, or in that of one that was closed: then it is the
 * same one again.
 */
export async function serveDesk(desk: Desk, formerFolder?: string): Promise<ServedDesk> {
  const folder = formerFolder ?? (await mkdtemp(join(tmpdir(), 'trimtab-api-')));
  const socketPath = join(folder, 'run', 'collector.sock');
  const { log, logged } = createRecordedLog();
  const { fetch } = createApi({ desk, clock, log, door: { face: 'socket' } });
  const api = await startApi({ socket: { path: socketPath, fetch }, tcp: [], metrics: null });
  return {
    folder,
    socketPath,
    logged,
    async close() {
      await api.close();
      await rm(folder, { recursive: true });
    },
  };
}

export function createRecordedLog() {
  const logged: LogRecord[] = [];
  const record = (level: LogRecord['level']) => (fields: LogRecord['fields'], message: string) => {
    logged.push({ level, fields, message });
  };
  return { logged, log: { info: record('info'), warn: record('warn'), error: record('error') } };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** One request as any HTTP client would make it. */
export function ask({
  socketPath,
  method = 'GET',
  path,
  body,
  chunks,
  contentType = 'application/json',
}: {
  socketPath: string;
  method?: string;
  path: string;
  body?: string;
  /** The body in pieces, its length untold. */
  chunks?: Iterable<string>;
  contentType?: string;
}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined && chunks === undefined ? {} : { 'content-type': contentType };
    const call = request({ socketPath, method, path, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    call.on('error', reject);
    for (const chunk of chunks ?? []) call.write(chunk);
    call.end(body);
  });
}
