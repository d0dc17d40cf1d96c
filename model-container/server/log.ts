/** One JSON line on standard output. Ids, counts and codes only: never content, file names or headers as they came. */
export function log(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}
