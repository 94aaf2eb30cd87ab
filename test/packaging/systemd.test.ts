import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../support/machine/command.ts';
import { createLoopDisk, type LoopDisk } from '../support/machine/loop-disk.ts';
import { createDebianRoot } from '../support/packages/debian-root.ts';
import { makeQuickPackages } from '../support/packages/quick-packages.ts';
import { type SystemdRoot, startSystemd } from '../support/packages/systemd-root.ts';

const IDS = ['trimtab.amd64.deb', 'trimtab-agent.amd64.deb'] as const;
const MIB = 1024 ** 2;

let folder: string;
let machine: SystemdRoot;
let disk: LoopDisk;
let packages: Readonly<Record<(typeof IDS)[number], string>>;

/** Host and guest are one here: what is tried is how both run under systemd. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-systemd-'));
  packages = await makeQuickPackages({ ids: IDS, folder });
  const root = await createDebianRoot({ folder: join(folder, 'root') });
  await runCommand('cp', [...Object.values(packages), join(root.folder, 'root')]);
  disk = await createLoopDisk({ directory: folder, name: 'disk', bytes: 64 * MIB });
  machine = await startSystemd({ folder: root.folder });
});

afterAll(async () => {
  await machine?.stop();
  await disk?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const install = (id: (typeof IDS)[number]) => machine.run(`dpkg -i /root/${basename(packages[id])}`);
const isActive = (unit: string) => machine.run(`systemctl is-active ${unit} || true`).then((said) => said.trim());

it('the collector says that it is ready, and runs as its own user with two capabilities', async () => {
  await install('trimtab.amd64.deb');
  expect(await isActive('trimtab.service')).toBe('active');
  // The package returns when it answers: Type=notify.
  expect(JSON.parse(await machine.run('trimtab status --json'))).toHaveProperty('pools');
  const status = await machine.run('cat /proc/$(systemctl show -P MainPID trimtab)/status');
  expect(status).toMatch(/^CapEff:\s+0000000000080004$/m);
  expect(status).toMatch(/^CapBnd:\s+0000000000080004$/m);
  expect(await machine.run('stat -c "%U %G %a" /run/trimtab/collector.sock /var/lib/trimtab')).toBe(
    'trimtab trimtab 660\ntrimtab trimtab 750\n',
  );
});

it('an agent that has joined nothing waits, and begins by itself once it has', async () => {
  await install('trimtab-agent.amd64.deb');
  await machine.untilRuns('! systemctl is-active trimtab-agent.service');
  expect(await machine.run('systemctl show -P Result trimtab-agent')).toBe('success\n');
  // One trim comes after the other below.
  await machine.run('echo \'minimum-interval = "0s"\' >/etc/trimtab/agent.toml');
  const token = /tt1\.[\w.-]+/.exec(await machine.run('trimtab enroll web-1 --json'))?.[0] ?? '';
  await machine.run(`echo ${token} | trimtab-agent join -`);
  await machine.untilRuns(
    'systemctl is-active trimtab-agent && trimtab guests --json | grep -q \'"state": *"connected"\'',
  );
});

it('under its unit the agent says of the guest what it says by hand', async () => {
  await machine.run(
    `mkdir -p /srv/data && mount ${disk.device} /srv/data && chown 1234 /srv/data && chmod 0700 /srv/data`,
  );
  // The same unit, for another command.
  await machine.run(`sed -e 's#^ExecStart=.*#ExecStart=/usr/bin/trimtab-agent probe --explain --json#' \
    -e 's#^\\[Service\\]#[Service]\\nType=oneshot\\nStandardOutput=file:/var/lib/trimtab-agent/probe.json#' \
    -e '/^Restart/d' /usr/lib/systemd/system/trimtab-agent.service >/run/systemd/system/probe.service
    systemctl daemon-reload; systemctl start probe`);
  const underUnit = withoutMoment(await machine.run('cat /var/lib/trimtab-agent/probe.json'));
  const byHand = withoutMoment(await machine.run('trimtab-agent probe --explain --json || true'));
  expect(JSON.stringify(byHand)).toContain('"/srv/data"');
  expect(underUnit).toEqual(byHand);
});

/** Without what is another a moment later. */
function withoutMoment(json: string): unknown {
  return JSON.parse(json, (key, value) => (/^(?:takenAt|usedBytes|bytes|pid)$/.test(key) ? null : value));
}

it('it trims a filesystem that was mounted since, whose folder is another user’s', async () => {
  const said = await machine.run('trimtab trim web-1 /srv/data --json');
  const { filesystems } = JSON.parse(said.slice(said.indexOf('{\n')));
  expect(filesystems).toMatchObject([{ mount: '/srv/data', outcome: { status: 'done' } }]);
  // Not of the filesystem that lies below.
  expect(filesystems[0].outcome.trimmedBytes).toBeLessThan(64 * MIB);
});

it('an upgrade in the middle of a trim makes one stored result of it', async () => {
  const count = async () => JSON.parse(await machine.run('trimtab history --json')).trims.length as number;
  const before = await count();
  // One that takes as long as that of a large disk.
  await machine.run(`mv /usr/sbin/fstrim /usr/sbin/fstrim.own
    printf '#!/bin/sh\\ntouch /var/lib/trimtab-agent/trimming\\nexec sleep 600\\n' >/usr/sbin/fstrim; chmod 755 /usr/sbin/fstrim
    setsid trimtab trim web-1 /srv/data >/root/trim.log 2>&1 &`);
  await machine.untilRuns('test -e /var/lib/trimtab-agent/trimming');
  await install('trimtab-agent.amd64.deb');
  await expect.poll(count, { timeout: 40_000, interval: 500 }).toBe(before + 1);
  await machine.untilRuns('trimtab guests --json | grep -q \'"state": *"connected"\'');
  expect(await machine.run('ls /var/lib/trimtab-agent/outbox')).toBe('');
  expect(await count()).toBe(before + 1);
});

it('an upgrade restarts both, and another way of starting the agent stays chosen', async () => {
  const pids = () => machine.run('systemctl show -P MainPID trimtab trimtab-agent');
  const before = await pids();
  for (const id of IDS) await install(id);
  expect(await pids()).not.toBe(before);
  expect([await isActive('trimtab.service'), await isActive('trimtab-agent.service')]).toEqual(['active', 'active']);
  await machine.untilRuns('trimtab guests --json | grep -q \'"state": *"connected"\'');

  await machine.run('trimtab-agent-starter timer 20m');
  await install('trimtab-agent.amd64.deb');
  expect(await isActive('trimtab-agent.service')).toBe('inactive');
  expect(await isActive('trimtab-agent-visit.timer')).toBe('active');
});

it('removed, both are stopped; purged, nothing runs or is left', async () => {
  await machine.run('dpkg --purge trimtab-agent trimtab');
  expect(
    await machine.run('systemctl list-units --all --plain --no-legend "trimtab*" | grep -v not-found || true'),
  ).toBe('');
  expect(
    await machine.run(
      'find /etc /var/lib /run /usr -xdev -name "*trimtab*" ! -path "/var/lib/dpkg/*" ! -path "/run/udev/*"',
    ),
  ).toBe('');
});
