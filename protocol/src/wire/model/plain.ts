import * as v from 'valibot';
import { NAME_LIMIT, PATH_LIMIT, TEXT_LIMIT } from '../limits.ts';

/** A size or counter in bytes. Above 2^53 a JavaScript number is no longer exact, so nothing above it is accepted. */
export const bytesSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** As `bytesSchema`, with `null` for "not measurable here", which is never written as 0. */
export const measuredBytesSchema = v.nullable(bytesSchema);

/** A span of time. */
export const millisecondsSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/**
 * A UTC instant, milliseconds since 1970, by the clock of the end that wrote it. At most what a Date can hold
 * (ECMA-262, Time Values).
 */
export const instantSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(8_640_000_000_000_000));

export const countSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1_000_000));

export const nameSchema = v.pipe(v.string(), v.nonEmpty(), v.maxLength(NAME_LIMIT));

/** An absolute path without NUL, as mountinfo gives mount points; of Windows one with its drive, `C:\`. */
export const mountSchema = v.pipe(v.string(), v.regex(/^(?:\/|[A-Z]:\\)[^\0]*$/), v.maxLength(PATH_LIMIT));

export const textSchema = v.pipe(v.string(), v.maxLength(TEXT_LIMIT));

/** Identifies one trim from intent to acknowledgement; a UUID that the guest draws. */
export const trimIdSchema = v.pipe(v.string(), v.uuid(), v.brand('TrimId'));
export type TrimId = v.InferOutput<typeof trimIdSchema>;

/** Identifies one request of the host; a UUID that the collector draws. */
export const requestIdSchema = v.pipe(v.string(), v.uuid(), v.brand('RequestId'));
export type RequestId = v.InferOutput<typeof requestIdSchema>;

/** Identifies one proof by reading; a UUID that the collector draws. */
export const proofIdSchema = v.pipe(v.string(), v.uuid(), v.brand('ProofId'));
export type ProofId = v.InferOutput<typeof proofIdSchema>;

/**
 * What a `problem` is about: the id of a trim, a request or a proof. Whoever gets it knows which of the three it asked
 * for.
 */
export const aboutSchema = v.pipe(v.string(), v.uuid()) as unknown as v.GenericSchema<string, About>;
export type About = TrimId | RequestId | ProofId;
