/** What stands where nothing can be said. */
export const NOTHING = '–';

/** A number with so many decimals, with a true minus; a dash where there is none. */
export function formatNumber(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  return value.toFixed(decimals).replace(/^-/, '−');
}

/** Millilitres: two decimals below one, where the second still says something, else one. */
export function formatMl(value: number | null | undefined): string {
  if (value === 0) return '0';
  const small = typeof value === 'number' && Math.abs(value) < 1;
  return formatNumber(value, small ? 2 : 1);
}

/** "240 × 240 × 155". */
export function formatShape(shape: readonly number[]): string {
  return shape.join(' × ');
}

/** "1 × 1 × 5.5 mm". */
export function formatSpacing(spacing: readonly number[]): string {
  return `${spacing.map((mm) => String(Number(mm.toFixed(3)))).join(' × ')} mm`;
}
