import { LIST_LIMIT, NAME_LIMIT, PATH_LIMIT } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import * as v from 'valibot';
import type { RepairQuery } from '../model/repair.ts';
import type { Desk } from '../ports/desk/desk.ts';
import type { TrimRequest } from '../ports/desk/trims.ts';

const DEFAULT_HISTORY = 50;
export const MOST_HISTORY = 1000;

const name = v.pipe(v.string(), v.nonEmpty(), v.maxLength(NAME_LIMIT));
const mount = v.pipe(v.string(), v.regex(/^\/[^\0]*$/, 'a mount is an absolute path'), v.maxLength(PATH_LIMIT));

const requestSchema = v.strictObject({
  guest: name,
  mounts: v.optional(v.nullable(v.pipe(v.array(mount), v.minLength(1), v.maxLength(LIST_LIMIT))), null),
});

const repairSchema = v.strictObject({
  guest: name,
  /** A name, or the path of an image. */
  disk: v.pipe(v.string(), v.nonEmpty(), v.maxLength(PATH_LIMIT)),
  evenIfTainted: v.optional(v.boolean(), false),
});

interface Body {
  header(name: string): string | undefined;
  text(): Promise<string>;
}

/** The body of POST /v1/requests. Throws a Fault `bad-request`. */
export async function parseTrimRequest(request: Body) {
  const example = '{"guest": "web-1", "mounts": ["/home"]}; mounts null or left out means all.';
  return (await parseBody(requestSchema, request, example)) satisfies TrimRequest;
}

/** The body of POST /v1/repairs and /v1/repairs/plan. Throws a Fault `bad-request`. */
export async function parseRepairQuery(request: Body) {
  const example = '{"guest": "web-1", "disk": "sda", "evenIfTainted": false}';
  return (await parseBody(repairSchema, request, example)) satisfies RepairQuery;
}

/** The query of GET /v1/trims. Throws a Fault `bad-request`. */
export function parseHistoryQuery(query: Readonly<Record<string, string>>): Parameters<Desk['history']>[0] {
  const schema = v.strictObject({
    guest: v.optional(v.nullable(name), null),
    limit: v.optional(
      v.pipe(
        v.string(),
        v.regex(/^\d{1,4}$/, 'not a whole number'),
        v.transform(Number),
        v.minValue(1),
        v.maxValue(MOST_HISTORY),
      ),
      String(DEFAULT_HISTORY),
    ),
  });
  const example = `/v1/trims?guest=web-1&limit=20 (limit from 1 to ${MOST_HISTORY})`;
  return parse({ schema, raw: query, place: 'the query', example });
}

/** The query of GET /v1/doctor: the guest, or null for all. Throws a Fault `bad-request`. */
export function parseDoctorQuery(query: Readonly<Record<string, string>>): string | null {
  const schema = v.strictObject({ guest: v.optional(v.nullable(name), null) });
  return parse({ schema, raw: query, place: 'the query', example: '/v1/doctor?guest=web-1' }).guest;
}

async function parseBody<Schema extends v.GenericSchema>(schema: Schema, request: Body, example: string) {
  // Pages in a browser can send JSON to another origin only after asking, and we never allow it.
  if (!/^application\/json\b/i.test(request.header('content-type') ?? ''))
    throw badRequest('the body', 'it is not said to be JSON', 'Send the header content-type: application/json.');
  return parse({ schema, raw: parseJson(await request.text(), example), place: 'the body', example });
}

function parse<Schema extends v.GenericSchema>({
  schema,
  raw,
  place,
  example,
}: {
  schema: Schema;
  raw: unknown;
  place: string;
  example: string;
}): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, raw);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue);
  throw badRequest(path === null ? place : `${place}: ${path}`, issue.message, `Example: ${example}`);
}

function parseJson(text: string, example: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest('the body', `it is not JSON: ${(error as Error).message}`, `Example: ${example}`);
  }
}

function badRequest(subject: string, cause: string, hint: string): Fault {
  return new Fault({ code: 'bad-request', operation: 'understand the request', subject, cause, hint });
}
