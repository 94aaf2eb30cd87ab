import { formatJson, toPlain } from '@trimtab/protocol/shared';

export interface Answer<Shown> {
  /** What --json prints. */
  readonly document: unknown;
  /** What is told in words. */
  readonly shown: Shown;
  readonly isJson: boolean;
  readonly format: (plain: Shown) => string;
}

/**
 * The one way of an answer to stdout: as a JSON document, or in words. A view gets only what is plain: file names,
 * labels and serials are bytes that somebody chose, and none of them becomes a line or a colour.
 */
export function formatAnswer<Shown>({ document, shown, isJson, format }: Answer<Shown>): string {
  return isJson ? formatJson(document) : format(toPlain(shown));
}
