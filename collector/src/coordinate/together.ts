/**
 * Work that costs less together: what is handed in waits for company until `later` calls, or there are so many of it;
 * then all of it begins in one turn, in the order in which it came. The next begins when that is over.
 */
export function createTogether({ most, later }: { readonly most: number; readonly later: (call: () => void) => void }) {
  let waiting: (() => Promise<unknown>)[] = [];
  let isBusy = false;
  let isCalled = false;

  function begin(): void {
    const some = waiting.slice(0, most);
    if (isBusy || some.length === 0) return;
    waiting = waiting.slice(most);
    isBusy = true;
    void Promise.all(some.map((work) => work())).then(() => {
      isBusy = false;
      goOn();
    });
  }

  function goOn(): void {
    if (waiting.length >= most) begin();
    else if (waiting.length > 0 && !isCalled) {
      isCalled = true;
      later(() => {
        isCalled = false;
        begin();
      });
    }
  }

  /** Settles as `work` does. */
  return function together<Value>(work: () => Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      waiting.push(() => work().then(resolve, reject));
      goOn();
    });
  };
}
