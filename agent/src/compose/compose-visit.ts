import type { Hello } from '@trimtab/protocol';
import type { Announcer } from '../conduct/announce-inventory.ts';
import type { HostAnswers } from '../conduct/answer-host.ts';
import type { Conductor } from '../conduct/conduct-trim.ts';
import type { UsageTeller } from '../conduct/tell-usage.ts';
import type { Visit, VisitEnd } from '../conduct/visit.ts';
import type { Clock } from '../ports/clock.ts';
import type { AgentSettings } from '../settings.ts';

/** What is otherwise with an agent that visits than with one that stays. */
export interface VisitParts {
  readonly says: Pick<Hello, 'starter' | 'nextVisitAt'>;
  /** All collectors were tried, and none took this guest. */
  onRejected(): void;
  onTrimEnded(): void;
  /** Something goes on that is to be waited for. */
  during(work: Promise<void>): void;
  begin(agent: VisitedAgent): { readonly answers: HostAnswers; readonly over: Promise<VisitEnd> };
}

interface VisitedAgent {
  readonly answers: HostAnswers;
  readonly announcer: Announcer;
  readonly usage: UsageTeller;
  readonly conductor: Conductor;
  readonly reportsWait: () => boolean;
}

/** Loaded with its code by an agent that visits, and by no other. */
export async function composeVisit({
  settings: { starter, visitEvery },
  clock,
}: {
  settings: Pick<AgentSettings, 'starter' | 'visitEvery'>;
  clock: Clock;
}): Promise<VisitParts> {
  const { createVisit } = await import('../conduct/visit.ts');
  let visit: Visit | null = null;
  let wasRejected = false;
  // Whatever rings for it, a timer starts it as well.
  const comesAgain = starter !== 'resident';
  return {
    // A visit that somebody started by hand where the agent is to stay comes again when it is started.
    says: {
      starter: starter === 'resident' ? 'timer' : starter,
      nextVisitAt: comesAgain ? clock.now() + visitEvery : null,
    },
    onRejected() {
      wasRejected = true;
      visit?.rejected();
    },
    onTrimEnded: () => visit?.trimEnded(),
    during: (work) => visit?.during(work),
    begin({ answers, announcer, usage, conductor, reportsWait }) {
      const begun = createVisit({ comesAgain, isTrimming: () => !conductor.isAtRest(), reportsWait, clock });
      visit = begun;
      if (wasRejected) begun.rejected();
      return { answers: withVisit({ visit: begun, answers, announcer, usage }), over: begun.over };
    },
  };
}

/** The visit hears of each thing once it is dealt with. */
function withVisit({
  visit,
  answers,
  announcer,
  usage,
}: Pick<VisitedAgent, 'answers' | 'announcer' | 'usage'> & { readonly visit: Visit }): HostAnswers {
  return {
    async linkUp(version) {
      await answers.linkUp(version);
      visit.during(announcer.factsTold());
      await usage.tellNow();
      visit.linkUp(version);
    },
    linkDown() {
      answers.linkDown();
      visit.linkDown();
    },
    pinged: answers.pinged,
    async hear(message) {
      await answers.hear(message);
      visit.heard(message);
    },
  };
}
