import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import type { TrimEvent } from '../../collector/src/model/trim-event.ts';
import type { TrimResult } from '../../collector/src/model/trim-result.ts';

/** A trim as any program asks for one, by plain HTTP on the collector's socket: resolves at its `finished` event. */
export async function askTrim(options: {
  readonly socketPath: string;
  readonly guest: string;
  /** Null: all that it has mounted. */
  readonly mount: string | null;
}): Promise<TrimResult> {
  const { socketPath, guest, mount } = options;
  const body = { guest, mounts: mount === null ? null : [mount] };
  const posted = await ask({ socketPath, method: 'POST', path: '/v1/requests', body });
  const { requestId } = JSON.parse((await posted.toArray()).join('')) as { requestId: string };
  const events = await ask({ socketPath, method: 'GET', path: `/v1/requests/${requestId}/events` });
  for await (const line of createInterface({ input: events })) {
    // A heartbeat.
    if (line === '') continue;
    const event = JSON.parse(line) as TrimEvent;
    if (event.event === 'finished') return event.result;
    if (event.event === 'refused') throw new Error(`the trim was refused: ${JSON.stringify(event.problem)}`);
  }
  throw new Error('the collector ended the stream of events before the trim was over');
}

function ask(options: {
  readonly socketPath: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}): Promise<IncomingMessage> {
  const { body, ...where } = options;
  return new Promise((resolve, reject) => {
    const asked = request({ ...where, headers: { 'content-type': 'application/json' } }, (answer) => {
      if ((answer.statusCode ?? 0) < 300) {
        resolve(answer.setEncoding('utf8'));
        return;
      }
      answer
        .setEncoding('utf8')
        .toArray()
        .then((texts) => reject(new Error(`${where.path}: ${texts.join('')}`)), reject);
    });
    asked.once('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
