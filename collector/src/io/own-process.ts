/**
 * How Node calls what waits for another thread: for a file, for a name that is looked up, and for the thread of
 * status-thread.ts while that is at work.
 */
const IN_THREADS: ReadonlySet<string> = new Set([
  'FSReqCallback',
  'FSReqPromise',
  'CloseReq',
  'GetAddrInfoReqWrap',
  'MessagePort',
]);

/** This process as the outside sees it. */
export const ownProcess = {
  args: process.argv.slice(2) as readonly string[],
  environment: process.env as Readonly<Record<string, string | undefined>>,
  /** The effective one: whose files it may read. */
  userId: process.geteuid?.() ?? 0,
  /**
   * Ends this process, whatever else it still waits for. process.exit joins Node's threads, and one that waits in the
   * kernel for a server that is gone never comes: execve(2) ends them, and what this process becomes has its pid and the
   * right exit code. Only for such, since it is Node once more.
   */
  finish(exitCode: number): void {
    // Not at once: a call whose answer is being dealt with still counts.
    setImmediate(() => {
      if (process.getActiveResourcesInfo().some((name) => IN_THREADS.has(name)))
        process.execve?.('/proc/self/exe', ['node', '--eval', `process.exit(${exitCode})`], {});
      process.exit(exitCode);
    });
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
