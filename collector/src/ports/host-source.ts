import type { Domain, Finding, Source } from '../model/domain.ts';

/**
 * One way to learn which guests this host runs. Obligations that test/contract/host-source.ts holds every source to:
 * [HS1] keys are unique and the same at the next read; [HS2] an image is an absolute path, or the name of a network
 * storage; [HS3] every domain is seen by this source; [HS4] a hypervisor that is not there, or does not answer, is an
 * answer and no error; [HS5] a finding says what to do; [HS6] reading changes nothing.
 */
export interface HostSource {
  readonly source: Source;
  read(): Promise<SourceAnswer>;
}

export type SourceAnswer =
  | {
      readonly kind: 'answered';
      readonly domains: readonly Domain[];
      readonly findings: readonly SourceFinding[];
      /** As of HostView. */
      readonly ignoredUsers?: readonly string[];
    }
  | {
      readonly kind: 'unavailable';
      /** A sentence without a stop. */
      readonly why: string;
      /** What to do about it if that is not as it should be. */
      readonly hint: string | null;
    };

export interface SourceFinding extends Finding {
  /** A disk that is not where it was at the start; another source may know where it is. */
  readonly staleDisk?: DiskOfDomain;
  /** This disk was left out here; the finding is dropped where another source has it. */
  readonly leftOut?: DiskOfDomain;
  /** The key of a domain: the finding is dropped where the command line of its QEMU is known, which tells more. */
  readonly untilRunning?: string;
}

/** By `Domain.key` and `HostDisk.id`. */
export interface DiskOfDomain {
  readonly domain: string;
  readonly disk: string;
}

/** An answer of a source that is there. */
export function answered(domains: readonly Domain[], findings: readonly SourceFinding[] = []): SourceAnswer {
  return { kind: 'answered', domains, findings };
}
