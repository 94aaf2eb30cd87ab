import type { ImageFacts } from '../model/image.ts';

/** What the inside of an image says, as opposed to the place it lies in. */
export type HeaderFacts = Omit<ImageFacts, 'path' | 'kind'> & { readonly hasExternalData: boolean };
