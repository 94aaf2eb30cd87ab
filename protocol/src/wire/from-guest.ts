import * as v from 'valibot';
import { credentialSchema } from './messages/credential.ts';
import { helloSchema } from './messages/hello.ts';
import { intentSchema } from './messages/intent.ts';
import { inventoryMessageSchema } from './messages/inventory.ts';
import { learnedSchema } from './messages/learned.ts';
import { problemMessageSchema } from './messages/problem.ts';
import { progressSchema } from './messages/progress.ts';
import { provedSchema } from './messages/proved.ts';
import { reportMessageSchema } from './messages/report.ts';
import { startedSchema } from './messages/started.ts';
import { usageSchema } from './messages/usage.ts';

/** Everything a guest may say. */
export const fromGuestSchema = v.variant('type', [
  helloSchema,
  credentialSchema,
  inventoryMessageSchema,
  intentSchema,
  startedSchema,
  progressSchema,
  reportMessageSchema,
  provedSchema,
  problemMessageSchema,
  usageSchema,
  learnedSchema,
]);
export type FromGuest = v.InferOutput<typeof fromGuestSchema>;
