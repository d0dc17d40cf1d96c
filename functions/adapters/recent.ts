/**
 * Remembers what was made for the last few names; who asks while it is being made gets the same. What fails is
 * forgotten, so that the next one tries again.
 */
export function createRecent(most: number): <T>(name: string, make: () => Promise<T>) => Promise<T> {
  const made = new Map<string, Promise<unknown>>();
  return <T>(name: string, make: () => Promise<T>) => {
    const known = (made.get(name) as Promise<T> | undefined) ?? make();
    made.delete(name);
    made.set(name, known); // last in the map: the most recent
    if (made.size > most) made.delete(made.keys().next().value!);
    known.catch(() => made.delete(name));
    return known;
  };
}
