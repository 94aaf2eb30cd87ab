import type { Domain, Finding, Source } from '../model/domain.ts';

/**
 * One way to learn which guests this host runs. Obligations that test/contract/host-source.ts holds every source to: [HS1] keys
 * are unique and the same at the next read; [HS2] an image is an absolute path, or the name of a network storage; [HS3] every
 * domain is seen by this source; [HS4] a hypervisor that is not there, or does not answer, is an answer and no error; [HS5] a
 * finding says what to do; [HS6] reading changes nothing.
 */
export interface HostSource {
  readonly source: Source;
  read(): Promise<SourceAnswer>;
}

export type SourceAnswer =
  | {
      readonly unavailable: null;
      readonly domains: readonly Domain[];
      readonly findings: readonly SourceFinding[];
    }
  /** Why this source has nothing to say, as a sentence without a stop, and what to do about it if that is not as it should be. */
  | { readonly unavailable: string; readonly hint: string | null };

export interface SourceFinding extends Finding {
  /** What a better source may know better: this disk is not where it was at the start. */
  readonly staleDisk?: DiskOfDomain;
  /** This disk was left out here; the finding is dropped where another source has it. */
  readonly leftOut?: DiskOfDomain;
}

/** By `Domain.key` and `HostDisk.id`. */
export interface DiskOfDomain {
  readonly domain: string;
  readonly disk: string;
}

export function answered(domains: readonly Domain[], findings: readonly SourceFinding[] = []): SourceAnswer {
  return { unavailable: null, domains, findings };
}
