export { breakCommand } from './break-command.ts';
export { type Cause, type Effect, type Evidence, type Fix, type Found, HOPS, type Hop, pageOf } from './cause.ts';
export { type DiscardHabits, habitsOf, type Memory, type Steps } from './discard-habits.ts';
export { finerGranularity } from './guest/finer-granularity.ts';
export type { GuestCause, GuestPlace } from './guest/guest-cause.ts';
export { findGuestCauses, GUEST_CAUSES, type GuestFinding } from './guest/guest-causes.ts';
export { quote } from './quote.ts';
