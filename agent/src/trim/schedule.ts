import * as v from 'valibot';

const memorySchema = v.object({
  expression: v.string(),
  timeZone: v.string(),
  nextDueAt: v.nullable(v.pipe(v.number(), v.safeInteger())),
});

/**
 * What the agent remembers of its schedule over restarts. `nextDueAt` moves on only once the trim that was due has
 * begun.
 */
export type ScheduleMemory = v.InferOutput<typeof memorySchema>;

/** Null for what is not a memory: then the schedule starts anew. */
export function parseScheduleMemory(text: string | null): ScheduleMemory | null {
  if (text === null) return null;
  try {
    return v.parse(memorySchema, JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Whether a run came due while the agent was not there to start it. However many were missed, one is owed; a schedule
 * that is new, or was changed, owes nothing.
 */
export function isRunOwed({
  memory,
  expression,
  timeZone,
  nowMs,
}: {
  memory: ScheduleMemory | null;
  expression: string;
  timeZone: string;
  nowMs: number;
}): boolean {
  if (memory === null || memory.expression !== expression || memory.timeZone !== timeZone) return false;
  return memory.nextDueAt !== null && memory.nextDueAt <= nowMs;
}
