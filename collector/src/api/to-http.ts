import type { Route } from './route.ts';

/** What asks a row for its answer. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** JSON; null where the row reads no body. */
  readonly body: string | null;
}

/**
 * The twin of read-input.ts: puts each part of the input where the row reads it. What is null in the query is left out.
 */
export function toHttp({ method, path, input }: Route, given: Readonly<Record<string, unknown>>): HttpRequest {
  const id = input.path === null ? '' : encodeURIComponent(String(given.id));
  const query = new URLSearchParams(
    Object.keys(input.query?.schema.entries ?? {}).flatMap((key) =>
      given[key] === null || given[key] === undefined ? [] : [[key, String(given[key])] as [string, string]],
    ),
  ).toString();
  const body = Object.keys(input.body?.schema.entries ?? {}).map((key) => [key, given[key]] as const);
  return {
    method,
    path: `${path.replace(':id', id)}${query === '' ? '' : `?${query}`}`,
    body: input.body === null ? null : JSON.stringify(Object.fromEntries(body)),
  };
}
