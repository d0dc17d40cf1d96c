/** Columns as wide as their widest cell; a row's last cell may run on. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths: number[] = [];
  for (const row of rows)
    for (const [n, cell] of row.entries()) if (n < row.length - 1) widths[n] = Math.max(widths[n] ?? 0, cell.length);
  for (const row of rows)
    console.log(row.map((cell, n) => (n < row.length - 1 ? cell.padEnd(widths[n]) : cell)).join('  '));
}
