import { Fault } from '@trimtab/protocol/shared';
import * as v from 'valibot';
import type { TrimEvent } from '../model/trim-event.ts';
import { faultSchema } from './answers/causes.ts';
import type { SchemaOf } from './answers/schema-of.ts';
import { TRIM_EVENTS, trimEventSchema } from './answers/trim-event.ts';

const errorSchema = v.looseObject({ error: faultSchema });

/** Who answered what, for the words of a Fault. */
export interface Answered {
  /** As an error names it. */
  readonly subject: string;
  /** `GET /v1/status`. */
  readonly asked: string;
}

/** What a row answers with. Throws the Fault that it carries, or `bad-answer` for anything else. */
export function readAnswer<Answer>({
  text,
  status,
  schema,
  answered,
}: {
  text: string;
  status: number;
  schema: SchemaOf<Answer>;
  answered: Answered;
}): Answer {
  const json = parseJson(text, answered);
  throwError(json);
  if (status >= 400) throw badAnswer(answered, `it answered ${answered.asked} with status ${status} and no reason`);
  return check({ json, schema, answered });
}

const lineSchema = v.looseObject({ event: v.string(), number: v.exactOptional(v.number()) });

export interface EventLine {
  /** Null from a collector of before 0.2, which does not number its events. */
  readonly number: number | null;
  /** Null for an event that only a newer collector knows. */
  readonly event: TrimEvent | null;
}

/** One line of the events of a request. Throws as `readAnswer`. */
export function readEventLine(text: string, answered: Answered): EventLine {
  const json = parseJson(text, answered);
  throwError(json);
  const { number = null, ...event } = check({ json, schema: lineSchema, answered });
  const isKnown = Object.hasOwn(TRIM_EVENTS, event.event);
  return { number, event: isKnown ? check({ json: event, schema: trimEventSchema, answered }) : null };
}

function throwError(json: unknown): void {
  const parsed = v.safeParse(errorSchema, json);
  if (parsed.success) throw new Fault(parsed.output.error);
}

function check<Answer>({
  json,
  schema,
  answered,
}: {
  json: unknown;
  schema: SchemaOf<Answer>;
  answered: Answered;
}): Answer {
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue);
  const place = path === null ? '' : `${path}: `;
  throw badAnswer(
    answered,
    `its answer to ${answered.asked} is not what this command understands: ${place}${issue.message}`,
  );
}

function parseJson(text: string, answered: Answered): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badAnswer(answered, `its answer to ${answered.asked} is not JSON`);
  }
}

function badAnswer({ subject }: Answered, cause: string): Fault {
  return new Fault({
    code: 'bad-answer',
    operation: 'ask the collector',
    subject,
    cause,
    hint: 'Is it a collector of another version? Then start it anew with the version of this command: systemctl restart trimtab',
  });
}
