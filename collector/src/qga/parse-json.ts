import { MOST_ANSWER_BYTES, MOST_ANSWER_DEPTH } from '../model/guest-agent-bounds.ts';
import { nestsDeeperThan } from '../model/json-depth.ts';

/** Undefined for what is no JSON, and for what is longer or nests deeper than any answer. */
export function parseJson(text: string): unknown {
  if (text.length > MOST_ANSWER_BYTES || nestsDeeperThan(MOST_ANSWER_DEPTH, text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
