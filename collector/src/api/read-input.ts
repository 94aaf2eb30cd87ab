import { Fault } from '@trimtab/protocol/shared';
import * as v from 'valibot';
import type { InputSchema, Route } from './route.ts';

/** What of an HTTP request is read. */
export interface Asked {
  param(name: 'id'): string | undefined;
  query(): Readonly<Record<string, string>>;
  header(name: string): string | undefined;
  text(): Promise<string>;
}

/**
 * The path's id, the query and the body that a route asks for, as one object. Throws `bad-request`, or `unknown-…` for
 * the id.
 */
export async function readInput({ method, input }: Pick<Route, 'method' | 'input'>, asked: Asked): Promise<object> {
  const path = readPath(input.path, asked);
  if (method === 'POST') refuseForms(asked);
  return {
    ...path,
    ...(input.query === null ? {} : parse({ raw: asked.query(), place: 'the query', ...input.query })),
    ...(input.body === null ? {} : parse({ raw: await readJson(asked, input.body), place: 'the body', ...input.body })),
  };
}

function readPath(path: Route['input']['path'], asked: Asked): object {
  if (path === null) return {};
  const id = asked.param('id') ?? '';
  const parsed = v.safeParse(path.schema, { id });
  if (!parsed.success) throw path.unknown(id);
  return parsed.output as object;
}

/**
 * What changes something is asked for as JSON, also where no body is read: a page in a browser can send a form or plain
 * text to another origin, and JSON only after asking, which we never allow.
 */
function refuseForms(asked: Asked): void {
  if (/^application\/json *(?:;|$)/i.test(asked.header('content-type') ?? '')) return;
  throw badRequest({
    subject: 'the body',
    cause: 'its content-type is not application/json',
    hint: 'Send the header content-type: application/json.',
  });
}

async function readJson(asked: Asked, { example }: InputSchema<unknown>): Promise<unknown> {
  try {
    return JSON.parse(await asked.text());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest({ subject: 'the body', cause: `it is not JSON: ${error.message}`, hint: `Example: ${example}` });
  }
}

function parse({
  raw,
  place,
  schema,
  example,
}: InputSchema<unknown> & { readonly raw: unknown; readonly place: string }): object {
  const parsed = v.safeParse(schema, raw);
  if (parsed.success) return parsed.output as object;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue);
  throw badRequest({
    subject: path === null ? place : `${place}: ${path}`,
    cause: issue.message,
    hint: `Example: ${example}`,
  });
}

function badRequest(detail: Record<'subject' | 'cause' | 'hint', string>): Fault {
  return new Fault({ code: 'bad-request', operation: 'understand the request', ...detail });
}
