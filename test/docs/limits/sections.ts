import { AGENT } from './agent.ts';
import { ALERTS } from './alerts.ts';
import { FORECASTS } from './forecasts.ts';
import { GUEST_AGENTS } from './guest-agents.ts';
import { HOST } from './host.ts';
import type { LimitSection } from './limit.ts';
import { NOTICES } from './notices.ts';
import { PATIENCE } from './patience.ts';
import { RECORDS } from './records.ts';
import { SAMPLES } from './samples.ts';
import { SESSIONS } from './sessions.ts';
import { TRIMS } from './trims.ts';
import { WIRE } from './wire.ts';

/** Every bound of the product; a bound that is in the code and not here makes test/limits.test.ts fail. */
export const LIMIT_SECTIONS: readonly LimitSection[] = [
  SESSIONS,
  WIRE,
  TRIMS,
  RECORDS,
  SAMPLES,
  FORECASTS,
  HOST,
  GUEST_AGENTS,
  NOTICES,
  PATIENCE,
  ALERTS,
  AGENT,
];
