import { createServer } from 'node:net';

const GREETING = '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}}, "capabilities": ["oob"]}}\r\n';

/** A monitor that knows of one channel: what `query-status` and `query-chardev` of QEMU 7.2 say. */
export async function startStandInQmp({
  path,
  channelPath,
  isRunning,
  isOpen,
}: {
  path: string;
  channelPath: string;
  isRunning: boolean;
  /** Has anybody in the guest opened its end? */
  isOpen: boolean;
}): Promise<() => Promise<void>> {
  const answers: Readonly<Record<string, unknown>> = {
    'query-status': { status: isRunning ? 'running' : 'paused', singlestep: false, running: isRunning },
    'query-chardev': [
      { 'frontend-open': true, filename: 'unix:/run/qmp.sock,server=on', label: 'compat_monitor0' },
      { 'frontend-open': isOpen, filename: `unix:${channelPath},server=on <-> `, label: 'qga0' },
    ],
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(GREETING);
    socket.on('data', (data) => {
      const { execute, id } = JSON.parse(String(data)) as { execute: string; id: number };
      socket.write(`${JSON.stringify({ return: answers[execute] ?? {}, id })}\r\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return () => new Promise((resolve) => server.close(() => resolve()));
}
