import { formatBytes } from '@trimtab/protocol/shared';
import type { TrimEvent } from '../../model/trim-event.ts';
import { toPlainText } from '../plain-text.ts';
import { formatDuration } from './format-time.ts';

/** What happens now, in one plain line; null for an event that says nothing by itself. */
export function formatProgress(event: TrimEvent): string | null {
  switch (event.event) {
    case 'requested':
      return `asked ${toPlainText(event.guest)} to trim`;
    case 'intended':
      return `the guest is about to trim ${event.mounts.map(toPlainText).join(', ')}`;
    case 'granted':
      return `granted; ${event.images.length === 1 ? 'its image is' : `its ${event.images.length} images are`} measured`;
    case 'started':
      return 'started';
    case 'progress': {
      const issued = event.issuedBytes === null ? '' : `, ${formatBytes(event.issuedBytes)} discarded`;
      const place = `${event.index} of ${event.of}`;
      return `trimming ${toPlainText(event.mount)} (${place})${issued}, ${formatDuration(event.elapsedMs)}`;
    }
    case 'settling':
      return 'the guest is done; waiting for the host’s numbers to come to rest';
    case 'again':
      return `the filesystem holds back what it trimmed in vain; trimming ${event.mounts.map(toPlainText).join(', ')} again`;
    case 'finished':
    case 'refused':
      return null;
  }
}
