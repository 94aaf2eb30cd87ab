import * as v from 'valibot';
import type { Forgetting } from '../../model/forgetting.ts';
import { objectOf } from './schema-of.ts';

export const forgettingSchema = objectOf<Forgetting>()({
  guest: v.string(),
  guestId: v.string(),
  trims: v.number(),
  knownToHost: v.boolean(),
  forgotten: v.boolean(),
});
