import * as v from 'valibot';
import { acknowledgedSchema } from './messages/acknowledged.ts';
import { cancelSchema } from './messages/cancel.ts';
import { challengeSchema } from './messages/challenge.ts';
import { collectorSchema } from './messages/collector.ts';
import { grantSchema } from './messages/grant.ts';
import { lookSchema } from './messages/look.ts';
import { problemMessageSchema } from './messages/problem.ts';
import { proveSchema } from './messages/prove.ts';
import { requestSchema } from './messages/request.ts';
import { restSchema } from './messages/rest.ts';
import { welcomeSchema } from './messages/welcome.ts';

/** Everything a host may say. */
export const fromHostSchema = v.variant('type', [
  challengeSchema,
  welcomeSchema,
  collectorSchema,
  grantSchema,
  acknowledgedSchema,
  requestSchema,
  cancelSchema,
  proveSchema,
  lookSchema,
  restSchema,
  problemMessageSchema,
]);
export type FromHost = v.InferOutput<typeof fromHostSchema>;
