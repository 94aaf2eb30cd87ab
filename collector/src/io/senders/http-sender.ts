import { toCause } from '@trimtab/protocol/shared';
import type { AlertRule, Notice } from '../../model/alert.ts';
import type { HttpRequest } from '../../model/outgoing.ts';
import type { NoticeSender, Standing } from '../../ports/notice-sender.ts';
import { noticeFault } from './notice-fault.ts';

/** A receiver that is slower than this has not taken it. */
export const HTTP_TIMEOUT_MS = 15_000;
/** Of an answer; the rest is not read. */
export const MOST_ANSWER_BYTES = 65_536;

/** Posts JSON. Never follows to another address: a token would go with it. */
export function createHttpSender({
  name,
  rules,
  groups,
  toRequest,
  toRestated = null,
}: {
  readonly name: string;
  readonly rules: readonly AlertRule[] | null;
  readonly groups: boolean;
  readonly toRequest: (notice: Notice) => HttpRequest;
  /** Null where the receiver forgets nothing; its answer is null where there is nothing to say. */
  readonly toRestated?: ((standing: Standing) => HttpRequest | null) | null;
}): NoticeSender {
  return {
    name,
    rules,
    groups,
    attemptMs: null,
    send: (notice, signal) => post({ name, request: toRequest(notice), signal }),
    restate:
      toRestated &&
      (async (standing, signal) => {
        const request = toRestated(standing);
        if (request !== null) await post({ name, request, signal });
      }),
    async stop() {},
  };
}

async function post({
  name,
  request: { url, headers, body },
  signal,
}: {
  readonly name: string;
  readonly request: HttpRequest;
  readonly signal: AbortSignal;
}): Promise<void> {
  // A path may be the secret of a webhook.
  const subject = `${name} (${new URL(url).host})`;
  const limit = AbortSignal.timeout(HTTP_TIMEOUT_MS);
  const answer = await ask(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'trimtab', ...headers },
    body: JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.any([signal, limit]),
  }).catch((error: unknown) => {
    throw noticeFault({
      code: 'notice-unreachable',
      subject,
      cause: limit.aborted ? `it did not answer within ${HTTP_TIMEOUT_MS / 1000} s` : toReasonOf(error),
      hint: 'See that it runs, and that this host reaches it.',
    });
  });
  if (answer !== TAKEN) throw toFault({ subject, answer });
}

/** Its words are not waited for. */
const TAKEN = Symbol('taken');

interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly words: string;
}

async function ask(url: string, init: RequestInit): Promise<Answer | typeof TAKEN> {
  const response = await fetch(url, init);
  const { ok, status, headers } = response;
  if (ok) {
    await response.body?.cancel().catch(() => {});
    return TAKEN;
  }
  return { status, location: headers.get('location'), words: await readWords(response) };
}

/** The connection is given back, or closed where more would come. */
async function readWords({ body }: Response): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= MOST_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** fetch says `fetch failed`, and why in its cause. */
function toReasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown };
  return toCause(cause ?? error);
}

/** RFC 9110, 15. */
function toFault({
  subject,
  answer: { status, location, words },
}: {
  readonly subject: string;
  readonly answer: Answer;
}) {
  const said = words.trim() === '' ? `HTTP ${status}` : `HTTP ${status}: ${words}`;
  if (status === 401 || status === 403)
    return noticeFault({
      code: 'notice-denied',
      subject,
      cause: said,
      hint: 'See that its token is right, and valid still.',
    });
  if (status === 400 || status === 413 || status === 422)
    return noticeFault({
      code: 'notice-refused',
      subject,
      cause: said,
      hint: 'See that its kind and its url are right.',
    });
  if (status >= 300 && status < 400) {
    const target = location === null ? null : URL.parse(location);
    const where = target === null ? 'elsewhere' : `to ${target.origin}`;
    const hint = 'Write the address that it is at into its url: none is followed, for a token would go along.';
    return noticeFault({ code: 'notice-failed', subject, cause: `HTTP ${status}: it sends on ${where}`, hint });
  }
  const hint = status === 404 || status === 410 ? 'See that its url is right.' : 'See its own log.';
  return noticeFault({ code: 'notice-failed', subject, cause: said, hint });
}
