/** First in, first out; both ends in constant time. */
export interface Fifo<T> {
  push(item: T): void;
  /** @throws RangeError where nothing is in it */
  shift(): T;
  size(): number;
}

const COMPACT_AT = 4096;

export function createFifo<T>(): Fifo<T> {
  let items: T[] = [];
  let first = 0;
  return {
    push: (item) => void items.push(item),
    shift() {
      if (first === items.length) throw new RangeError('nothing is in it');
      const item = items[first++];
      if (first >= COMPACT_AT && 2 * first > items.length) {
        items = items.slice(first);
        first = 0;
      }
      return item;
    },
    size: () => items.length - first,
  };
}
