import type { MessageQueue, ObjectStore } from '../../functions/pipeline/ports.ts';

/** One life of a process: every operation on its stores and queue ticks; after the k-th the process is dead. */
export class Life {
  operations = 0;
  readonly #last: number;
  readonly #died: () => void;
  /** Resolves when the process dies. */
  readonly death: Promise<void>;

  constructor(lastOperation = Number.POSITIVE_INFINITY) {
    this.#last = lastOperation;
    let died = () => {};
    this.death = new Promise((resolve) => {
      died = resolve;
    });
    this.#died = died;
  }

  /** Runs an operation; the k-th one still takes effect, but nobody hears of it, nor is any later one begun. */
  async run<T>(operation: () => Promise<T>): Promise<T> {
    if (this.operations >= this.#last) return new Promise<never>(() => {});
    this.operations++;
    const result = await operation();
    if (this.operations < this.#last) return result;
    this.#died();
    return new Promise<never>(() => {});
  }

  store(inner: ObjectStore): ObjectStore {
    return {
      get: (...args) => this.run(() => inner.get(...args)),
      head: (...args) => this.run(() => inner.head(...args)),
      put: (...args) => this.run(() => inner.put(...args)),
      list: (...args) => this.run(() => inner.list(...args)),
      remove: (...args) => this.run(() => inner.remove(...args)),
    };
  }

  queue(inner: MessageQueue): MessageQueue {
    return { send: (...args) => this.run(() => inner.send(...args)) };
  }
}
