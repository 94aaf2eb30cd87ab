import { Fault } from '@trimtab/protocol/shared';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

export const BODY_LIMIT_BYTES = 64 * 1024;

const limitChunks = bodyLimit({ maxSize: BODY_LIMIT_BYTES, onError: refuseLarge });

/**
 * How long a body is that does not come in chunks, its header says, and Node reads no more than that (RFC 9112, 6.3);
 * that of a GET nobody reads. So nothing is put together that could read it, which takes as long as all else of a
 * request.
 */
export const limitBody: MiddlewareHandler = async (context, next) => {
  const { req } = context;
  if (req.method === 'GET') return next();
  const length = req.header('content-length');
  if (length === undefined || req.header('transfer-encoding') !== undefined) return limitChunks(context, next);
  if (Number(length) > BODY_LIMIT_BYTES) refuseLarge();
  return next();
};

function refuseLarge(): never {
  throw new Fault({
    code: 'too-large',
    operation: 'understand the request',
    subject: 'the body',
    cause: `it is larger than ${BODY_LIMIT_BYTES} bytes`,
    hint: 'A request holds the names of guests, and mounts; for all guests, POST /v1/requests/many needs no names.',
  });
}
