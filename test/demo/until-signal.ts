/** The exit code of a shell for the first SIGINT, SIGTERM or SIGHUP; the clean-up then runs its course. */
export function untilSignal(): Promise<number> {
  return new Promise((resolve) => {
    for (const [name, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      process.on(name, () => resolve(code));
    }
  });
}
