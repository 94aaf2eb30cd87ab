import { writeSync } from 'node:fs';

/** systemd hears so by sd_notify(3). */
export interface ServiceManager {
  /** Agents and commands are answered. From now on it is also told that the event loop turns. */
  tellReady(): void;
  tellStopping(): void;
}

/** The descriptor that packaging/files/collector/with-notify-fd.pl has opened: Node opens no sockets of that kind. */
const DESCRIPTOR = 'TRIMTAB_NOTIFY_FD';

/** Of the time after which a service that says nothing is taken for stuck (sd_watchdog_enabled(3)). */
const PART = 3;

/** Who started this program and waits for word; nobody, where nothing says so. */
export function findServiceManager(environment: Readonly<Record<string, string | undefined>>): ServiceManager {
  const descriptor = Number(environment[DESCRIPTOR] ?? Number.NaN);
  const patienceMs = Number(environment.WATCHDOG_USEC ?? Number.NaN) / 1000;
  const tell = (text: string) => {
    if (!Number.isInteger(descriptor)) return;
    try {
      writeSync(descriptor, text);
    } catch {
      // A manager that is busy or gone hears the next one, and nobody here is helped by knowing.
    }
  };
  return {
    tellReady() {
      tell('READY=1');
      if (Number.isInteger(descriptor) && patienceMs > 0)
        setInterval(() => tell('WATCHDOG=1'), patienceMs / PART).unref();
    },
    tellStopping() {
      tell('STOPPING=1');
    },
  };
}
