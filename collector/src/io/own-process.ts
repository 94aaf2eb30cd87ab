/** This process as the outside sees it. */
export const ownProcess = {
  args: process.argv.slice(2) as readonly string[],
  environment: process.env as Readonly<Record<string, string | undefined>>,
  /** The effective one: whose files it may read. */
  userId: process.geteuid?.() ?? 0,
  /** Ends this process, whatever else it still waits for. */
  finish(exitCode: number): void {
    process.exit(exitCode);
  },
  /** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
  untilStopped(): Promise<NodeJS.Signals> {
    return new Promise((resolve) => {
      const stop = (signal: NodeJS.Signals) => {
        process.off('SIGTERM', stop);
        process.off('SIGINT', stop);
        resolve(signal);
      };
      process.on('SIGTERM', stop);
      process.on('SIGINT', stop);
    });
  },
};
