import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createImages } from '../../collector/src/image/images.ts';
import { clock } from '../../collector/src/io/clock.ts';
import type { HostDisk } from '../../collector/src/model/domain.ts';
import type { ImageKind, ImageState } from '../../collector/src/model/image.ts';
import type { Commands } from '../../collector/src/ports/commands.ts';
import type { HostFiles } from '../../collector/src/ports/host-files.ts';
import { imageOf, refusalOf } from '../support/image-read.ts';

/** One image of its kind: a real one, or what was captured of one. */
export interface ImagePlace {
  readonly files: HostFiles;
  readonly commands: Commands;
  readonly disk: HostDisk;
  /** Files besides the image that may be opened: its backing files. */
  readonly mayOpen?: readonly string[];
  readonly expected: {
    readonly kind: ImageKind;
    readonly format: string;
    readonly capacityBytes: number;
    readonly isMeasured: boolean;
  };
  /** Writes at least MOVED_BYTES, and later gives them back by a discard. */
  write(): Promise<void>;
  discard(): Promise<void>;
  remove(): Promise<void>;
}

export const MOVED_BYTES = 4 * 1024 * 1024;

/**
 * What every kind of image owes, whoever stores it: [IM1] kind, format and capacity are told; [IM2] either the
 * allocation is a number or `unmeasured` is a sentence, never both, never 0 for "not known"; [IM3] what is written and
 * discarded is seen by the sampler, to the byte that the inspection sees; [IM4] only the image itself is opened, and
 * where its header says so backing files beside it; [IM5] ten images cost as many processes as one; [IM6] an image that
 * is gone is a fault for the inspection and nulls for the sampler.
 */
export function imageContract(name: string, createPlace: () => Promise<ImagePlace>): void {
  describe(`image contract: ${name}`, () => {
    let place: ImagePlace;
    let opened: string[];
    let processes: string[];
    let words: string[];

    beforeEach(async () => {
      place = await createPlace();
      opened = [];
      processes = [];
      words = [];
    });
    afterEach(() => place.remove());

    /** A collector's images, as after a start. */
    function createWatched(files: HostFiles = place.files) {
      return createImages({
        clock,
        files: {
          ...files,
          readHead: (path, length) => {
            opened.push(path);
            return files.readHead(path, length);
          },
        },
        commands: {
          run: (call) => {
            processes.push(call.file);
            words.push(...call.args);
            return place.commands.run(call);
          },
        },
      });
    }

    async function inspectOne(images = createWatched()): Promise<ImageState> {
      const [read] = (await images.inspect([place.disk])).reads;
      return imageOf(read);
    }

    it('[IM1] tells kind, format and capacity', async () => {
      const { kind, format, capacityBytes } = place.expected;
      expect(await inspectOne()).toMatchObject({ path: place.disk.image, kind, format, capacityBytes });
    });

    it('[IM2] has an allocation, or a sentence why there is none', async () => {
      const { allocationBytes, unmeasured } = await inspectOne();
      if (place.expected.isMeasured) {
        expect({ type: typeof allocationBytes, unmeasured }).toEqual({ type: 'number', unmeasured: null });
      } else {
        expect(allocationBytes).toBeNull();
        expect(unmeasured).toMatch(/^[a-z].{20,}[^.]$/);
      }
    });

    it('[IM3] sees what is written and what is discarded', async () => {
      const images = createWatched();
      const sampled = async () =>
        (await images.read([await inspectOne(images)])).get(place.disk.image)?.allocationBytes;
      const before = await sampled();
      await place.write();
      const full = await sampled();
      await place.discard();
      const after = await sampled();
      expect(after).toBe((await inspectOne(images)).allocationBytes);
      if (!place.expected.isMeasured) {
        expect([before, full, after]).toEqual([null, null, null]);
        return;
      }
      expect((full ?? 0) - (before ?? 0)).toBeGreaterThanOrEqual(MOVED_BYTES);
      expect((full ?? 0) - (after ?? 0)).toBeGreaterThanOrEqual(MOVED_BYTES);
    });

    it('[IM4] opens the image at most, and starts no process that is given its path', async () => {
      const images = createWatched();
      await images.read([await inspectOne(images)]);
      expect(opened.filter((path) => path !== place.disk.image && !(place.mayOpen ?? []).includes(path))).toEqual([]);
      expect(words.filter((word) => word.includes(place.disk.image))).toEqual([]);
    });

    it('[IM5] ten images cost as many processes as one', async () => {
      const images = createWatched();
      const state = await inspectOne(images);
      await images.read([state]);
      const forOne = processes.splice(0);
      await images.inspect(Array.from({ length: 10 }, () => place.disk));
      await images.read(Array.from({ length: 10 }, () => state));
      expect(processes).toEqual(forOne);
      expect(forOne.length).toBeLessThanOrEqual(3);
    });

    it('[IM6] an image that is gone is a fault, and nulls for the sampler', async () => {
      if (place.disk.storage === 'network') return;
      const state = await inspectOne();
      const images = createWatched({
        ...place.files,
        status: async () => null,
        statuses: async (paths) => paths.map(() => null),
      });
      const sample = (await images.read([state])).get(place.disk.image);
      expect(sample).toMatchObject({ allocationBytes: null, physicalBytes: null });
      const [read] = (await images.inspect([place.disk])).reads;
      expect(refusalOf(read)?.code).toBe('image-gone');
    });
  });
}
