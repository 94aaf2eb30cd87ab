import type { Fault } from '@trimtab/protocol/shared';
import type { Scope } from '../ports/store/api-tokens.ts';
import type { SchemaOf } from './answers/schema-of.ts';

/** `socket`: root and the socket's group. `network`: whoever has a token. */
export type Face = 'socket' | 'network';

/** One question that the API answers: what the server serves, the client asks and docs/json.md describes. */
export interface Route<Path = unknown, Query = unknown, Body = unknown, Answer = unknown> {
  readonly method: 'GET' | 'POST';
  /** `:id` stands for an id. */
  readonly path: `/v1/${string}`;
  /** What somebody must be allowed to do. */
  readonly scope: Scope;
  /** `socket`: served on the Unix socket only. `network`: on the TCP port as well, where there is one. */
  readonly face: Face;
  readonly input: {
    /** What `:id` may be, and the Fault (404) for an id that cannot exist. Null where the path has none. */
    readonly path: { readonly schema: SchemaOf<Path>; readonly unknown: (id: string) => Fault } | null;
    /** Null: what stands in the query is ignored. */
    readonly query: InputSchema<Query> | null;
    /** Null: no body is read. */
    readonly body: InputSchema<Body> | null;
  };
  readonly status: 200 | 202;
  /** Of an answer, or of each line of one that is a stream of events. */
  readonly answer: SchemaOf<Answer>;
  readonly isStream: boolean;
}

export interface InputSchema<Input> {
  readonly schema: SchemaOf<Input> & { readonly entries: Readonly<Record<string, unknown>> };
  /** The hint for who gets it wrong. */
  readonly example: string;
}

/** What a route asks for: the id of the path, the query and the body together. */
export type InputOf<Some> = Some extends Route<infer Path, infer Query, infer Body> ? Path & Query & Body : never;

export type AnswerOf<Some> = Some extends Route<infer _Path, infer _Query, infer _Body, infer Answer> ? Answer : never;

/** As it is, with its types known. */
// biome-ignore lint/complexity/noBannedTypes: nothing is asked for where a route has no such part
export function route<Answer, Path = {}, Query = {}, Body = {}>(
  row: Route<Path, Query, Body, Answer>,
): Route<Path, Query, Body, Answer> {
  return row;
}
