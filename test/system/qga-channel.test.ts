import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clock } from '../../collector/src/io/clock.ts';
import { createCommands } from '../../collector/src/io/commands.ts';
import { createGuestAgentSocket } from '../../collector/src/io/guest-agent-socket.ts';
import { createQmp } from '../../collector/src/io/qmp-client.ts';
import { createSocketWay } from '../../collector/src/qga/socket/socket-way.ts';
import { createWhySilent } from '../../collector/src/qga/socket/why-silent.ts';
import { type PausedQemu, startPausedQemu } from '../collector/host/paused-qemu.ts';
import { agentsWith } from '../collector/qga/no-ways.ts';
import { asOwnUser } from '../support/qemu-ga/own-user.ts';

const whySilent = createWhySilent(createQmp({ commands: createCommands() }));
const socket = createGuestAgentSocket({ syncMs: 500 });
const agents = agentsWith({ socket: createSocketWay({ socket, whySilent, clock }) });

// A real QEMU says why nobody answers at its channel: no guest runs in it, so that nobody has it open.
describe.each(['the whole path', 'its name alone'])('the channel of a real QEMU that was given %s', (given) => {
  let folder: string;
  let qemu: PausedQemu;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'trimtab-qga-'));
    const path = given === 'the whole path' ? join(folder, 'qga.sock') : 'qga.sock';
    const args = [
      ...['-device', 'virtio-serial', '-chardev', `socket,id=qga0,path=${path},server=on,wait=off`],
      ...['-device', 'virtserialport,chardev=qga0,name=org.qemu.guest_agent.0'],
    ];
    qemu = await startPausedQemu({ folder, machine: 'q35', args, through: asOwnUser(64_613).through });
  });
  afterEach(async () => {
    await qemu.kill();
    rmSync(folder, { recursive: true });
  });

  async function ask(): Promise<{ code: string; cause: string } | null> {
    const channel = { kind: 'socket', path: join(folder, 'qga.sock'), qmpPaths: [qemu.socketPath] } as const;
    const [answer] = await agents.ask([channel]);
    return answer?.kind === 'silent' ? answer.fault.detail : null;
  }

  it('is that of a guest which is paused, then of one where no qemu-ga runs, then of none', async () => {
    expect(await ask()).toMatchObject({ code: 'guest-agent-off', cause: 'the guest does not run: prelaunch' });
    await qemu.execute('cont');
    expect(await ask()).toMatchObject({ code: 'guest-agent-not-running' });
    await qemu.execute('stop');
    expect(await ask()).toMatchObject({ code: 'guest-agent-off', cause: 'the guest is paused' });
    await qemu.kill();
    expect(await ask()).toMatchObject({ code: 'guest-agent-off', cause: expect.stringContaining('does not listen') });
  });

  it('is busy while another is connected, and free after that', async () => {
    await qemu.execute('cont');
    const other = connect(join(folder, 'qga.sock'));
    await new Promise((resolve, reject) => other.once('connect', resolve).once('error', reject));
    expect(await ask()).toMatchObject({ code: 'guest-agent-busy' });
    const closed = new Promise((resolve) => other.once('close', resolve));
    other.destroy();
    await closed;
    expect(await ask()).toMatchObject({ code: 'guest-agent-not-running' });
  });
});
