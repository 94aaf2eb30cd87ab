import type { AlertRule } from '../model/alert.ts';
import type { AlertSettings } from '../model/alert-settings.ts';
import type { AlertReading } from '../model/alert-state.ts';
import type { AlertFacts } from './facts.ts';
import type { Rule } from './rule.ts';
import { guestAway } from './rules/guest-away.ts';
import { guestsHeld } from './rules/guests-held.ts';
import { metadataFull } from './rules/metadata-full.ts';
import { overcommit } from './rules/overcommit.ts';
import { poolFilling } from './rules/pool-filling.ts';
import { poolFull } from './rules/pool-full.ts';
import { slack } from './rules/slack.ts';
import { trimsWithoutEffect } from './rules/trims-without-effect.ts';

/** All that people are warned of. */
export const RULES: Readonly<Record<AlertRule, Rule>> = {
  'pool-filling': poolFilling,
  'pool-full': poolFull,
  'metadata-full': metadataFull,
  overcommit,
  'trims-without-effect': trimsWithoutEffect,
  slack,
  'guest-away': guestAway,
  'guests-held': guestsHeld,
};

export function readRules(facts: AlertFacts, settings: AlertSettings): readonly AlertReading[] {
  return Object.values(RULES).flatMap((rule) => rule.read(facts, settings));
}
