/** How Node calls what waits for a thread: for a file, and for a name that is looked up. */
const IN_THREADS = ['FSReqCallback', 'FSReqPromise', 'CloseReq', 'GetAddrInfoReqWrap'];

/**
 * Ends this process, whatever else it still waits for. process.exit joins Node's threads, and one that looks up a name
 * comes when its resolver gives up (10 s for each of its servers), one that waits for a filesystem that is gone never:
 * execve(2) ends them, and what this process becomes has its pid and the right exit code. Only for such, since it is
 * Node once more.
 */
export function endProcess(exitCode: number): void {
  // Not at once: a call whose answer is being dealt with still counts.
  setImmediate(() => {
    if (process.getActiveResourcesInfo().some((name) => IN_THREADS.includes(name)))
      process.execve?.('/proc/self/exe', ['node', '--eval', `process.exit(${exitCode})`], {});
    process.exit(exitCode);
  });
}
