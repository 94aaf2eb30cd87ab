import process from 'node:process';

/** As terminals send them: Enter and an end of input, Ctrl-C, rubbing out a letter, the whole line. */
const ENDS = ['\r', '\n', '\x04'];
const INTERRUPT = '\x03';
const RUB_OUT = ['\x7f', '\b'];
const KILL = '\x15';

/**
 * A line that somebody types or pastes at the terminal of standard input, which shows nothing of it. The prompt goes to
 * stderr, so that stdout has the answer alone. Ctrl-C is the signal that it would be otherwise; rejects once `signal` is
 * aborted. The terminal is in any case left as it was.
 */
export async function askSecret({
  prompt,
  mostLetters,
  signal,
}: {
  prompt: string;
  mostLetters: number;
  signal: AbortSignal;
}): Promise<string> {
  const { stdin, stderr } = process;
  // Before anybody sees the prompt: what is pasted at once is not shown either.
  stdin.setRawMode(true);
  stderr.write(prompt);
  try {
    return await readLine({ stdin, mostLetters, signal });
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

function readLine({
  stdin,
  mostLetters,
  signal,
}: {
  stdin: NodeJS.ReadStream;
  mostLetters: number;
  signal: AbortSignal;
}): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    let typed = '';
    const end = (settle: () => void) => {
      stdin.off('data', hear).off('end', finish).off('error', reject);
      settle();
    };
    const finish = () => end(() => resolve(typed));
    signal.addEventListener('abort', () => end(() => reject(new Error(String(signal.reason)))), { once: true });
    function hear(text: string): void {
      for (const letter of text) {
        if (letter === INTERRUPT) process.kill(process.pid, 'SIGINT');
        else if (ENDS.includes(letter)) finish();
        if (letter === INTERRUPT || ENDS.includes(letter)) return;
        if (letter === KILL) typed = '';
        else if (RUB_OUT.includes(letter)) typed = typed.slice(0, -1);
        else if (typed.length < mostLetters) typed += letter;
      }
    }
    stdin.setEncoding('utf8').on('data', hear).on('end', finish).on('error', reject);
  });
}
