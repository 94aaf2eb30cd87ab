import { HOPS, type Hop } from '@trimtab/protocol/causes';
import { WHO_COUNTS } from '../../collector/src/cli/views/trim.ts';

/** The hops that the guest counts itself; all others are counted on the host, where the guest cannot see them. */
const COUNTED_BY_GUEST = HOPS.indexOf('received');

interface Example {
  readonly setting: string;
  readonly verdict: string;
  readonly kind: 'good' | 'bad';
  readonly counts: Readonly<Record<Hop, string>>;
}

/** Two trims of a real guest with 30 GiB of ext4, after it deleted a file of 1134 MiB, as `npm run demo` makes them. */
const EXAMPLES: readonly Example[] = [
  {
    setting: 'discard=unmap',
    verdict: 'reclaimed',
    kind: 'good',
    counts: {
      trimmed: '29.4 GiB',
      issued: '29.4 GiB',
      received: '29.4 GiB',
      passed: '29.4 GiB',
      reclaimed: '1.1 GiB',
      regained: '1.1 GiB',
    },
  },
  {
    setting: 'discard=ignore',
    verdict: 'lost at “passed”',
    kind: 'bad',
    counts: {
      trimmed: '29.4 GiB',
      issued: '29.4 GiB',
      received: '29.4 GiB',
      passed: '0 B',
      reclaimed: '0 B',
      regained: '0 B',
    },
  },
];

/** Where one example has something and the other has nothing. */
const FIRST_TO_DIFFER = HOPS.findIndex((hop) => new Set(EXAMPLES.map(({ counts }) => counts[hop])).size > 1);

const WIDTH = 876;
const HEIGHT = 310;
const COLUMN = 116;
const ROOM = { top: 16, height: 278, pad: 6 };
const GUEST = { left: 126, columns: COUNTED_BY_GUEST };
const HOST = { left: GUEST.left + GUEST.columns * COLUMN + 2 * ROOM.pad + 14, columns: HOPS.length - COUNTED_BY_GUEST };
const ARROW = { top: 68, height: 38, point: 12 };
const FIRST_ROW = 152;
const ROW = 50;
const CAPTION = 274;

const STYLE = `
    .page { fill: #ffffff; stroke: #d0d7de }
    .guest { fill: #ddf4ff; stroke: #54aeff }
    .host { fill: #f6f8fa; stroke: #afb8c1 }
    .arrow-guest { fill: #0969da }
    .arrow-host { fill: #57606a }
    .on-arrow { fill: #ffffff; font-weight: 600; font-size: 15px }
    .room { fill: #1f2328; font-weight: 700; font-size: 14px; letter-spacing: 1px }
    .text { fill: #1f2328 }
    .quiet { fill: #57606a }
    .bracket { fill: none; stroke: #57606a }
    .good { fill: #dafbe1; stroke: #2da44e }
    .bad { fill: #ffebe9; stroke: #cf222e }
    .verdict-good { fill: #116329; font-weight: 600 }
    .verdict-bad { fill: #a40e26; font-weight: 600 }
    text { font: 12px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif }
    .number { font-size: 14px; font-weight: 600 }
    .setting { font: 600 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117; stroke: #30363d }
      .guest { fill: #0c2339; stroke: #1f6feb }
      .host { fill: #161b22; stroke: #484f58 }
      .arrow-guest { fill: #1f6feb }
      .arrow-host { fill: #6e7681 }
      .room, .text { fill: #e6edf3 }
      .quiet { fill: #9198a1 }
      .bracket { stroke: #9198a1 }
      .good { fill: #12361f; stroke: #2ea043 }
      .bad { fill: #42161a; stroke: #f85149 }
      .verdict-good { fill: #56d364 }
      .verdict-bad { fill: #ff7b72 }
    }`;

/**
 * docs/hops.svg: the six hops, who counts each, and what two trims look like from both sides. Light and dark, with the
 * reader's own fonts.
 */
export function formatHopsPicture(): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title told">
  <title id="title">The six hops of a discard</title>
  <desc id="told">${asText(inWords())}</desc>
  <style>${STYLE}
  </style>
${[
  `<rect class="page" x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8"/>`,
  ...formatRoom({ kind: 'guest', title: 'GUEST', note: 'all that a guest can see', ...GUEST }),
  ...formatRoom({ kind: 'host', title: 'HOST', note: 'no guest can see any of this', ...HOST }),
  text({ style: 'quiet', x: 16, y: 122, anchor: 'start', content: 'counted by' }),
  ...HOPS.flatMap(formatHop),
  ...EXAMPLES.flatMap(formatExample),
  ...formatCaption({ content: 'the same in both', from: 0, to: COUNTED_BY_GUEST - 1 }),
  ...formatCaption({ content: 'here the two trims differ', from: FIRST_TO_DIFFER, to: HOPS.length - 1 }),
]
  .map((line) => `  ${line}`)
  .join('\n')}
</svg>
`;
}

function inWords(): string {
  const counted = (hops: readonly Hop[]) => hops.map((hop) => `${hop} (counted by: ${WHO_COUNTS[hop]})`).join(', ');
  const seen = counted(HOPS.slice(0, COUNTED_BY_GUEST));
  const unseen = counted(HOPS.slice(COUNTED_BY_GUEST));
  const examples = EXAMPLES.map(
    ({ setting, verdict, counts }) =>
      `With ${setting}: ${HOPS.map((hop) => `${hop} ${counts[hop]}`).join(', ')}; verdict: ${verdict}.`,
  );
  return [`In the guest: ${seen}.`, `On the host, where no guest can see them: ${unseen}.`, ...examples].join(' ');
}

function formatRoom(room: { kind: string; title: string; note: string; left: number; columns: number }): string[] {
  const { kind, title, note, left, columns } = room;
  const width = columns * COLUMN + 2 * ROOM.pad;
  return [
    `<rect class="${kind}" x="${left}" y="${ROOM.top}" width="${width}" height="${ROOM.height}" rx="6"/>`,
    text({ style: 'room', x: left + 14, y: 40, anchor: 'start', content: title }),
    text({ style: 'quiet', x: left + 14, y: 57, anchor: 'start', content: note }),
  ];
}

function formatHop(hop: Hop, index: number): string[] {
  const left = leftOf(index) + 2;
  const right = left + COLUMN - 2;
  const { top, height, point } = ARROW;
  const middle = top + height / 2;
  const outline = [
    `${left},${top}`,
    `${right - point},${top}`,
    `${right},${middle}`,
    `${right - point},${top + height}`,
    `${left},${top + height}`,
    `${left + point},${middle}`,
  ];
  const x = middleOf(index);
  return [
    `<polygon class="arrow-${index < COUNTED_BY_GUEST ? 'guest' : 'host'}" points="${outline.join(' ')}"/>`,
    text({ style: 'on-arrow', x: x + point / 4, y: middle + 5, anchor: 'middle', content: hop }),
    text({ style: 'quiet', x, y: 122, anchor: 'middle', content: WHO_COUNTS[hop] }),
  ];
}

function formatExample({ setting, verdict, kind, counts }: Example, row: number): string[] {
  const top = FIRST_ROW + row * ROW;
  return [
    text({ style: 'text setting', x: 16, y: top + 14, anchor: 'start', content: setting }),
    text({ style: `verdict-${kind}`, x: 16, y: top + 31, anchor: 'start', content: verdict }),
    ...HOPS.flatMap((hop, index) => {
      const style = counts[hop] === '0 B' ? 'bad' : 'good';
      return [
        `<rect class="${style}" x="${leftOf(index) + 8}" y="${top}" width="${COLUMN - 16}" height="36" rx="5"/>`,
        text({ style: 'text number', x: middleOf(index), y: top + 23, anchor: 'middle', content: counts[hop] }),
      ];
    }),
  ];
}

/** A bracket below some columns, and what it says of them. */
function formatCaption({ content, from, to }: { content: string; from: number; to: number }): string[] {
  const [left, right] = [leftOf(from) + 8, leftOf(to) + COLUMN - 8];
  return [
    `<path class="bracket" d="M${left} ${CAPTION - 22}v6h${right - left}v-6"/>`,
    text({ style: 'text', x: (left + right) / 2, y: CAPTION, anchor: 'middle', content }),
  ];
}

function leftOf(index: number): number {
  const room = index < COUNTED_BY_GUEST ? GUEST : HOST;
  return room.left + ROOM.pad + (index < COUNTED_BY_GUEST ? index : index - COUNTED_BY_GUEST) * COLUMN;
}

const middleOf = (index: number): number => leftOf(index) + COLUMN / 2;

function text(parts: { style: string; x: number; y: number; anchor: 'start' | 'middle'; content: string }): string {
  const { style, x, y, anchor, content } = parts;
  return `<text class="${style}" x="${x}" y="${y}" text-anchor="${anchor}">${asText(content)}</text>`;
}

function asText(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
