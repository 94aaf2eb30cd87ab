import { styleText } from 'node:util';

const STYLES = {
  heading: 'bold',
  quiet: 'dim',
  good: 'green',
  bad: 'red',
  unsure: 'yellow',
} as const;

export type Style = keyof typeof STYLES;

/** Colours a text, or gives it back as it is. */
export type Paint = (style: Style | null, text: string) => string;

export function createPaint(colours: boolean): Paint {
  // Whether to colour was decided at the edge; styleText would ask a stream by itself.
  if (!colours) return (_style, text) => text;
  return (style, text) =>
    style === null || text === '' ? text : styleText(STYLES[style], text, { validateStream: false });
}
