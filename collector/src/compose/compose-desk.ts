import type { ListenAddress } from '@trimtab/protocol/shared';
import type { Alerts } from '../conduct/alerts/alerts.ts';
import type { Delivery } from '../conduct/alerts/deliver/deliver.ts';
import { createDesk } from '../conduct/desk/desk.ts';
import type { Enrolling } from '../conduct/enroll/enrolment.ts';
import type { Foreseer } from '../conduct/foresee/foresight.ts';
import { createReadOutlooks } from '../conduct/measure/repair-outlooks.ts';
import type { PresentGuests } from '../conduct/qga/present-guests.ts';
import type { Repaired } from '../conduct/repair/repaired.ts';
import { createRepairs } from '../conduct/repair/repairs.ts';
import { tellStartAgent } from '../conduct/survey/guest-faults.ts';
import type { QemuGaGuests } from '../conduct/survey/qemu-ga-guests.ts';
import type { StoreHealth, WatchedStore } from '../conduct/survey/store-health.ts';
import type { Survey } from '../conduct/survey/survey.ts';
import type { Trims } from '../conduct/trims/trims.ts';
import type { Watch } from '../conduct/watch/watch.ts';
import { secrets } from '../io/secrets.ts';
import type { GuestLinks } from '../link/guest-links.ts';
import type { Exposition } from '../metrics/exposition.ts';
import type { Domain } from '../model/domain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Desk } from '../ports/desk/desk.ts';
import type { GuestDoor } from '../ports/guest-door.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { HostKeyRing } from '../ports/host-keys.ts';
import type { Log } from '../ports/log.ts';
import type { Qmp } from '../ports/qmp.ts';
import type { Store } from '../ports/store/store.ts';
import { createProcessMarks } from '../qemu/process-marks.ts';
import type { SamplerFor } from './compose-sampler.ts';

/** What the faces read, over what the stages know. */
export function composeDesk({
  clock,
  log,
  files,
  qmp,
  samplerFor,
  links,
  door,
  enrolment,
  hostKeys,
  readAddresses,
  notices,
  store,
  survey,
  refine,
  repaired,
  trims,
  watch,
  qemuGaGuests,
  present,
  exposition,
  alerts,
  foreseer,
  lately,
  health,
  listen,
}: {
  clock: Clock;
  log: Log;
  files: HostFiles;
  qmp: Qmp;
  samplerFor: SamplerFor;
  links: GuestLinks;
  door: GuestDoor;
  enrolment: Enrolling;
  hostKeys: HostKeyRing;
  /** Where guests find this collector. */
  readAddresses: () => Promise<readonly string[]>;
  notices: Pick<Delivery, 'findings'>;
  store: Store;
  survey: Survey;
  refine: (domain: Domain) => Promise<Domain>;
  repaired: Repaired;
  trims: Trims;
  watch: Watch;
  qemuGaGuests: QemuGaGuests;
  present: PresentGuests;
  exposition: Exposition;
  alerts: Pick<Alerts, 'desk' | 'countFiring'>;
  foreseer: Foreseer;
  lately: WatchedStore['lately'];
  health: StoreHealth;
  /** Where agents connect, as of now. */
  listen: () => readonly ListenAddress[];
}): Desk {
  return createDesk({
    clock,
    log,
    store,
    survey,
    trims,
    watch,
    links,
    door,
    enrolment,
    admission: enrolment,
    hostKeys,
    readAddresses,
    secrets,
    notices,
    qemuGaGuests,
    processes: createProcessMarks({ files }),
    present,
    exposition,
    alerts: alerts.desk,
    countFiring: alerts.countFiring,
    foreseer,
    lately,
    health,
    startAgent: () => tellStartAgent(listen()),
    // Nothing is written because somebody examines, and no trace is left on a domain.
    sampler: samplerFor({ commitPool: null, mayTaint: false }),
    readOutlooks: createReadOutlooks({ qmp, files }),
    repairs: createRepairs({ survey, store, links, qemuGaGuests, refine, repaired, qmp, files, log }),
  });
}
