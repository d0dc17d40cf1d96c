import { escapeHtml } from './html.ts';

/** One group of dots beside the others: a value a study, null where there is none. */
export interface DotColumn {
  label: string;
  /** In the order of the studies; two series of one column are joined study by study. */
  series: readonly (readonly (number | null)[])[];
}

export interface DotPanel {
  title: string;
  /** Where the axis ends; it begins at 0. From the values where nothing is said. */
  top?: number;
  columns: readonly DotColumn[];
}

const WIDTH = 380;
const HEIGHT = 270;
const LEFT = 44;
const RIGHT = 12;
const TOP = 34;
const BOTTOM = 48;
const COLOURS = ['#1f6fb2', '#c2571a'];

/**
 * Every study as a dot, the mean as a bar, n under each column, as one SVG file: panels two by two.
 * @param seriesNames two names where two series are compared; the first is drawn on the right
 */
export function drawDotPlot(panels: readonly DotPanel[], seriesNames: readonly string[]): string {
  const [width, height] = [2 * WIDTH, Math.ceil(panels.length / 2) * HEIGHT + 28];
  const body = panels.map((panel, n) => {
    const at = `translate(${WIDTH * (n % 2)} ${HEIGHT * Math.floor(n / 2)})`;
    return `<g transform="${at}">\n${drawPanel(panel).join('\n')}\n</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
${body.join('\n')}
${legend(seriesNames, height - 12)}</svg>
`;
}

function drawPanel({ title, top, columns }: DotPanel): string[] {
  const values = columns.flatMap(({ series }) => series.flat()).filter((value) => value !== null);
  const end = top ?? 20 * Math.max(1, Math.ceil(Math.max(0, ...values) / 20));
  const y = (value: number) => HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - TOP) * value) / end;
  const step = (WIDTH - LEFT - RIGHT) / columns.length;
  const axis = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = y(share * end).toFixed(1);
    return `<line x1="${LEFT}" y1="${at}" x2="${WIDTH - RIGHT}" y2="${at}" stroke="#ddd"/><text x="${LEFT - 6}" y="${Number(at) + 4}" text-anchor="end">${share * end}</text>`;
  });
  const drawn = columns.flatMap((column, n) => drawColumn(column, LEFT + step * (n + 0.5), step, y));
  return [`<text x="${LEFT}" y="20" font-weight="bold">${escapeHtml(title)}</text>`, ...axis, ...drawn];
}

function drawColumn(
  { label, series }: DotColumn,
  middle: number,
  step: number,
  y: (value: number) => number,
): string[] {
  const apart = series.length > 1 ? step / 4.4 : 0;
  const centre = (s: number) => middle + (s === 0 ? apart : -apart); // what is new stands to the right of the old
  const jitter = (n: number) => (((n * 0.618034) % 1) - 0.5) * Math.min(22, apart || 22); // golden ratio: no two alike
  const x = (s: number, n: number) => (centre(s) + jitter(n)).toFixed(1);
  const joins = series.length < 2 ? [] : series[0].flatMap((value, n) => join(value, series[1][n], n));
  const dots = series.flatMap((values, s) => [...values.flatMap((v, n) => dot(v, s, n)), ...meanBar(values, s)]);
  const counts = series.map((values) => values.filter((v) => v !== null).length).reverse();
  const text = (line: string, at: number) =>
    `<text x="${middle.toFixed(1)}" y="${HEIGHT - BOTTOM + at}" text-anchor="middle">${escapeHtml(line)}</text>`;
  return [...joins, ...dots, text(label, 17), text(`n = ${[...new Set(counts)].join(', ')}`, 33)];

  function join(a: number | null, b: number | null, n: number): string[] {
    if (a === null || b === null) return [];
    return [
      `<line x1="${x(0, n)}" y1="${y(a).toFixed(1)}" x2="${x(1, n)}" y2="${y(b).toFixed(1)}" stroke="#bbb" stroke-width="0.8"/>`,
    ];
  }

  function dot(value: number | null, s: number, n: number): string[] {
    if (value === null) return [];
    return [`<circle cx="${x(s, n)}" cy="${y(value).toFixed(1)}" r="3.2" fill="${COLOURS[s]}" fill-opacity="0.65"/>`];
  }

  function meanBar(values: readonly (number | null)[], s: number): string[] {
    const known = values.filter((v) => v !== null);
    if (known.length === 0) return [];
    const at = y(known.reduce((a, b) => a + b, 0) / known.length).toFixed(1);
    return [
      `<line x1="${(centre(s) - 16).toFixed(1)}" y1="${at}" x2="${(centre(s) + 16).toFixed(1)}" y2="${at}" stroke="#111" stroke-width="2"/>`,
    ];
  }
}

function legend(names: readonly string[], y: number): string {
  if (names.length < 2) return '';
  const entries = names.map((name, s) => {
    const x = s === 0 ? WIDTH : LEFT;
    return `<circle cx="${x}" cy="${y - 4}" r="4" fill="${COLOURS[s]}"/><text x="${x + 10}" y="${y}">${escapeHtml(name)}</text>`;
  });
  return `${entries.join('')}\n`;
}
