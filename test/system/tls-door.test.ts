import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../support/machine/command.ts';
import { COLLECTOR_BIN } from '../support/programs/own-programs.ts';
import { startProgram } from '../support/programs/program.ts';

if (process.geteuid?.() !== 0) throw new Error('This test makes a network of its own: run it as root.');

/** Of the host on its guests' network, and of a guest there: TEST-NET-2 of RFC 5737, which is nobody's. */
const [HOST, GUEST] = ['198.51.100.1', '198.51.100.2'];

/** Two hosts with a cable between them. */
const NETWORK = `ip link set lo up && ip link add guests type veth peer name eth0 netns "$GUEST_NET" &&
  ip addr add ${HOST}/24 dev guests && ip link set guests up && exec "$@"`;

it('who comes from another host without TLS is told to join, and who comes by TLS is served', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trimtab-door-'));
  await using guest = startProgram('-e', ['console.log("guest up"); setInterval(() => {}, 1e9)'], {
    through: ['unshare', '--net'],
  });
  await guest.says(/guest up/);
  const args = ['--listen', `${HOST}:7461`, '--socket', join(directory, 'api'), '--state-directory', directory];
  await using collector = startProgram(COLLECTOR_BIN, ['serve', ...args], {
    through: ['unshare', '--net', 'sh', '-c', NETWORK, 'sh'],
    env: { GUEST_NET: `${guest.pid}` },
  });
  try {
    await collector.says(new RegExp(`"agents":"wss://${HOST}:7461/agent"`));
    const inGuest = ['--target', `${guest.pid}`, '--net'];
    const up = `ip link set lo up && ip addr add ${GUEST}/24 dev eth0 && ip link set eth0 up`;
    await runCommand('nsenter', [...inGuest, 'sh', '-c', up]);
    const say = (script: string) => runCommand('nsenter', [...inGuest, process.execPath, '-e', script]);
    const upgrade =
      'GET /agent HTTP/1.1\\r\\nhost: a\\r\\nconnection: upgrade\\r\\nupgrade: websocket\\r\\nsec-websocket-version: 13\\r\\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\\r\\nsec-websocket-protocol: trimtab.1\\r\\n\\r\\n';
    const ask = `s => { s.write("${upgrade}"); s.once("data", data => { console.log(String(data)); process.exit(0); }); }`;
    const plain = await say(`const s = require("net").connect(7461, "${HOST}"); s.on("connect", () => (${ask})(s))`);
    expect(plain).toMatch(/^HTTP\/1\.1 426 Upgrade Required\r\n/);
    expect(plain).toContain('This collector speaks TLS: run `trimtab-agent join` in the guest');
    const page = await say(
      `fetch("http://${HOST}:7461/").then(async a => console.log(a.status, a.headers.get("upgrade"), await a.text()))`,
    );
    expect(page).toMatch(/^426 TLS\/1\.3, websocket This collector speaks TLS/);
    const options = `{ host: "${HOST}", port: 7461, rejectUnauthorized: false, ALPNProtocols: ["http/1.1"] }`;
    const sealed = await say(`const s = require("tls").connect(${options}, () => (${ask})(s))`);
    expect(sealed).toMatch(/^HTTP\/1\.1 101 /);
  } finally {
    await collector.stop();
    await guest.stop();
    await rm(directory, { recursive: true });
  }
});
