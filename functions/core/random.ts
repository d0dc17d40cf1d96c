/** A stream of pseudo-random numbers that a seed determines: the only randomness that `core` knows. */
export interface Random {
  /** Unsigned 32-bit integer, all equally likely. */
  next(): number;
  /** In [low, high), by default [0, 1), with 32 random bits. */
  uniform(low?: number, high?: number): number;
  /** Normal deviate, by default of mean 0 and standard deviation 1. */
  normal(mean?: number, deviation?: number): number;
  /** Integer in 0 … n - 1, all equally likely; n from 1 to 2³². @throws RangeError for any other n */
  integer(n: number): number;
  /** A new array with the items in random order (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/**
 * xoshiro128** (Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 2021), its state filled
 * from the seed by a splitmix sequence, as its authors advise. Equal seeds give equal streams on every machine.
 * @param seed a safe integer, or a text
 */
export function createRandom(seed: number | string): Random {
  return randomFrom(xoshiro128(stateFrom(seed)));
}

/** The bare generator: four 32-bit words of state, not all zero -> successive unsigned 32-bit integers. */
export function xoshiro128(state: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = state;
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
}

function randomFrom(next: () => number): Random {
  let spare: number | undefined;

  const uniform = (low = 0, high = 1) => low + ((high - low) * next()) / 2 ** 32;

  /** Marsaglia's polar method: needs no sine, whose last bit differs between versions of JavaScript engines. */
  const standardNormal = (): number => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    for (;;) {
      const x = uniform(-1, 1);
      const y = uniform(-1, 1);
      const square = x * x + y * y;
      if (square === 0 || square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * scale;
      return x * scale;
    }
  };

  const integer = (n: number) => {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) throw new RangeError(`n is ${n}: expected 1 to 4294967296`);
    const fair = 2 ** 32 - (2 ** 32 % n); // draws from here on would favour the small remainders
    for (;;) {
      const draw = next();
      if (draw < fair) return draw % n;
    }
  };

  const shuffle = <T>(items: readonly T[]) => {
    const out = [...items];
    for (let last = out.length - 1; last > 0; last--) {
      const other = integer(last + 1);
      [out[last], out[other]] = [out[other], out[last]];
    }
    return out;
  };

  const normal = (mean = 0, deviation = 1) => mean + deviation * standardNormal();
  return { next, uniform, normal, integer, shuffle };
}

function stateFrom(seed: number | string): [number, number, number, number] {
  if (typeof seed === 'number' && !Number.isSafeInteger(seed))
    throw new RangeError(`seed is ${seed}: expected a safe integer or a text`);
  const low = typeof seed === 'string' ? fnv1a(seed) : seed >>> 0;
  const high = typeof seed === 'string' ? seed.length : Math.floor(seed / 2 ** 32) >>> 0;
  let counter = low ^ mix(high);
  const word = () => {
    counter = (counter + 0x9e3779b9) | 0; // 2³² / golden ratio, as in splitmix
    return mix(counter);
  };
  return [word(), word(), word(), word()];
}

/** Finaliser of MurmurHash3: one 32-bit word to another, one to one; only 0 stays 0, so no state is all zero. */
function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** FNV-1a, 32 bits, over the text's UTF-16 code units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  return hash >>> 0;
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
