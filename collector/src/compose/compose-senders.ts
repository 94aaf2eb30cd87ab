import { toAlertmanager, toAlertmanagerAll } from '../alert/forms/alertmanager.ts';
import { toCommandInput } from '../alert/forms/command.ts';
import { toDiscord } from '../alert/forms/discord.ts';
import { toGotify } from '../alert/forms/gotify.ts';
import { slugOf, toAvailability, toNoticeMessages, toStandingMessages } from '../alert/forms/home-assistant.ts';
import { toMail } from '../alert/forms/mail.ts';
import { toNtfy } from '../alert/forms/ntfy.ts';
import { toSlack } from '../alert/forms/slack.ts';
import { toWebhook } from '../alert/forms/webhook.ts';
import { createCommands } from '../io/commands.ts';
import { createCommandSender } from '../io/senders/command-sender.ts';
import { hideSecrets } from '../io/senders/hide-secrets.ts';
import { createHttpSender } from '../io/senders/http-sender.ts';
import { createMailSender } from '../io/senders/mail-sender.ts';
import { createMqttSender } from '../io/senders/mqtt-sender.ts';
import type { Notice } from '../model/alert.ts';
import type { HttpRequest } from '../model/outgoing.ts';
import type { MqttEntry, SenderEntry } from '../model/sender.ts';
import type { Clock } from '../ports/clock.ts';
import { type NoticeSender, OF_ENTRY } from '../ports/notice-sender.ts';
import { COLLECTOR_VERSION } from '../version.ts';

export interface SenderDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly host: string;
  /** What a command gets of the environment of the collector. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Each receiver of the configuration as what delivers to it: its form and its way out. */
export function composeSenders(entries: readonly SenderEntry[], deps: SenderDeps): readonly NoticeSender[] {
  return entries.flatMap(toReceivers).map((entry) => hideSecrets(composeSender(entry, deps), secretsOf(entry)));
}

/** A server may take a mail for one address and refuse it for another: each is told by a mail, and a queue, of its own. */
function toReceivers(entry: SenderEntry): readonly SenderEntry[] {
  if (entry.kind !== 'email') return [entry];
  const addresses = [...new Set(entry.to)];
  if (addresses.length === 1) return [{ ...entry, to: addresses }];
  return addresses.map((address) => ({ ...entry, name: `${entry.name}${OF_ENTRY}${address}`, to: [address] }));
}

function composeSender(entry: SenderEntry, deps: SenderDeps): NoticeSender {
  const http = (groups: boolean, toRequest: (notice: Notice) => HttpRequest) =>
    createHttpSender({ ...entry, groups, toRequest });
  const { clock } = deps;
  switch (entry.kind) {
    case 'webhook':
      return http(entry.group, (notice) => toWebhook(entry, notice));
    case 'ntfy':
      return http(true, (notice) => toNtfy(entry, notice));
    case 'slack':
      return http(true, (notice) => toSlack(entry, notice));
    case 'discord':
      return http(true, (notice) => toDiscord(entry, notice));
    case 'gotify':
      return http(true, (notice) => toGotify(entry, notice));
    case 'alertmanager':
      return createHttpSender({
        ...entry,
        // It groups by itself.
        groups: false,
        toRequest: (notice) => toAlertmanager(entry, { notice, now: clock.now() }),
        toRestated: ({ alerts }) => toAlertmanagerAll(entry, { alerts, now: clock.now() }),
      });
    case 'email': {
      const domain = entry.from.slice(entry.from.lastIndexOf('@') + 1);
      return createMailSender({ entry, rules: entry.rules, toMail: (notice) => toMail({ domain }, notice) });
    }
    case 'command': {
      // A place of its own: one that hangs keeps no other program waiting.
      const commands = createCommands({ environment: pickEnvironment(deps.environment) });
      return createCommandSender({ ...entry, groups: entry.group, commands, toInput: toCommandInput });
    }
    case 'mqtt':
      return composeMqtt(entry, deps);
  }
}

function composeMqtt(entry: Extract<SenderEntry, MqttEntry>, { host }: SenderDeps): NoticeSender {
  const base = entry.topic ?? `trimtab/${slugOf(host)}`;
  const place = { base, discovery: entry.discovery, host, version: COLLECTOR_VERSION, rules: entry.rules };
  return createMqttSender({
    entry,
    rules: entry.rules,
    clientId: `trimtab-${slugOf(`${host}/${entry.name}`)}`,
    availability: (payload) => toAvailability(place, payload),
    toMessages: (notice) => toNoticeMessages(place, notice),
    toRestated: (standing) => toStandingMessages(place, standing),
  });
}

/** Not those of the collector's own settings: secrets may be among them. */
function pickEnvironment(environment: SenderDeps['environment']): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'USER', 'LOGNAME', 'TZ'];
  return Object.fromEntries(names.flatMap((name) => (name in environment ? [[name, environment[name]]] : [])));
}

function secretsOf(entry: SenderEntry): readonly string[] {
  const { token = null, password = null } = entry as {
    readonly token?: string | null;
    readonly password?: string | null;
  };
  const isSecretUrl = entry.kind === 'slack' || entry.kind === 'discord' || entry.kind === 'webhook';
  const { pathname, search } = new URL(isSecretUrl ? entry.url : 'none:');
  return [token, password, pathname, search].filter((secret) => secret !== null && secret.length > 1) as string[];
}
