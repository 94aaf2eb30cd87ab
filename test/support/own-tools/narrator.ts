import { formatBytes } from '@trimtab/protocol/shared';

/** Tells the story as it goes. It writes to stderr when stdout is for one JSON object. */
export interface Narrator {
  title(text: string): void;
  /** One fact, with the time since the start. */
  say(text: string): void;
  /** What somebody measured: `du on the host   1.2 GiB   (1,200,000,000 bytes)`. */
  figure(label: string, bytes: number): void;
  /** A block as a program printed it. */
  quote(text: string): void;
  /** Tells, while the work runs, how long it has been running. */
  during<Result>(text: string, work: () => Promise<Result>): Promise<Result>;
}

const TICK_MS = 1_000;

export function createNarrator(out: NodeJS.WriteStream): Narrator {
  const startedMs = performance.now();
  const clock = () => {
    const seconds = Math.floor((performance.now() - startedMs) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`.padStart(6);
  };
  const line = (text: string) => out.write(`${out.isTTY ? '\r\u001b[K' : ''}${text}\n`);
  const say = (text: string) => line(`${clock()}  ${text}`);
  return {
    title: (text) => line(`\n${text}`),
    say,
    figure: (label, bytes) =>
      line(
        `        ${label.padEnd(34)}${formatBytes(bytes).padStart(9)}  ${bytes.toLocaleString('en').padStart(14)} bytes`,
      ),
    // As wide as it was printed: 80 columns.
    quote: (text) => line(text.trimEnd()),
    async during(text, work) {
      const beganMs = performance.now();
      if (!out.isTTY) say(`${text} …`);
      const show = () => {
        const running = `${clock()}  ${text} … ${Math.round((performance.now() - beganMs) / 1000)} s`;
        // A line that wrapped could not be written over.
        out.write(`\r\u001b[K${running.slice(0, (out.columns ?? 80) - 1)}`);
      };
      if (out.isTTY) show();
      const ticking = out.isTTY ? setInterval(show, TICK_MS) : null;
      try {
        const result = await work();
        if (out.isTTY) say(`${text}: ${((performance.now() - beganMs) / 1000).toFixed(1)} s`);
        return result;
      } finally {
        if (ticking !== null) clearInterval(ticking);
      }
    },
  };
}
