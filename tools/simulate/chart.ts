/** One line of a chart: points (x, y), y from 0. */
export interface Line {
  name: string;
  colour: string;
  points: readonly (readonly [number, number])[];
}

export interface Chart {
  title: string;
  xLabel: string;
  yLabel: string;
  lines: readonly Line[];
}

const WIDTH = 560;
const HEIGHT = 250;
const LEFT = 74;
const RIGHT = 14;
const TOP = 34;
const BOTTOM = 66;

/** Charts in a grid, row by row, as one SVG file: white ground, axes from 0, units on them, a legend under each. */
export function drawCharts(charts: readonly Chart[], columns: number): string {
  const rows = Math.ceil(charts.length / columns);
  const body = charts.map((chart, n) => {
    const [x, y] = [WIDTH * (n % columns), HEIGHT * Math.floor(n / columns)];
    return `<g transform="translate(${x} ${y})">\n${drawChart(chart)}</g>\n`;
  });
  const [width, height] = [WIDTH * columns, HEIGHT * rows];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
${body.join('')}</svg>
`;
}

function drawChart({ title, xLabel, yLabel, lines }: Chart): string {
  const xs = ticks(Math.max(...lines.flatMap((l) => l.points.map((p) => p[0]))));
  const ys = ticks(Math.max(1, ...lines.flatMap((l) => l.points.map((p) => p[1]))));
  const plotWidth = WIDTH - LEFT - RIGHT;
  const plotHeight = HEIGHT - TOP - BOTTOM;
  const px = (x: number) => LEFT + (plotWidth * x) / xs[xs.length - 1];
  const py = (y: number) => TOP + plotHeight - (plotHeight * y) / ys[ys.length - 1];
  const parts = [
    `<text x="${LEFT}" y="20" font-weight="bold">${escaped(title)}</text>`,
    ...ys.map((y) => grid(LEFT, py(y), WIDTH - RIGHT, py(y))),
    ...ys.map((y) => `<text x="${LEFT - 6}" y="${fix(py(y) + 4)}" text-anchor="end">${thousands(y)}</text>`),
    ...xs.map((x) => `<text x="${fix(px(x))}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${x}</text>`),
    `<text x="${LEFT + plotWidth / 2}" y="${HEIGHT - BOTTOM + 32}" text-anchor="middle">${escaped(xLabel)}</text>`,
    `<text transform="translate(14 ${TOP + plotHeight / 2}) rotate(-90)" text-anchor="middle">${escaped(yLabel)}</text>`,
    ...lines.map((line) => polyline(line, px, py)),
    ...lines.map((line, n) => legend(line, LEFT + (plotWidth / lines.length) * n)),
  ];
  return `${parts.join('\n')}\n`;
}

const grid = (x1: number, y1: number, x2: number, y2: number) =>
  `<line x1="${fix(x1)}" y1="${fix(y1)}" x2="${fix(x2)}" y2="${fix(y2)}" stroke="#ddd"/>`;

function polyline({ colour, points }: Line, px: (x: number) => number, py: (y: number) => number): string {
  const path = points.map(([x, y]) => `${fix(px(x))},${fix(py(y))}`).join(' ');
  return `<polyline fill="none" stroke="${colour}" stroke-width="1.8" points="${path}"/>`;
}

function legend({ name, colour }: Line, x: number): string {
  const y = HEIGHT - 12;
  return `<line x1="${fix(x)}" y1="${y - 4}" x2="${fix(x + 16)}" y2="${y - 4}" stroke="${colour}" stroke-width="3"/><text x="${fix(x + 20)}" y="${y}">${escaped(name)}</text>`;
}

/** Round numbers from 0 to at least `most`, four to eight of them: steps of 1, 2 or 5 times a power of ten. */
export function ticks(most: number): number[] {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((m) => m * power >= rough)!;
  const count = Math.ceil(most / step);
  return Array.from({ length: count + 1 }, (_, n) => Number((n * step).toPrecision(6)));
}

const fix = (value: number) => Number(value.toFixed(1));
const thousands = (value: number) => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
const escaped = (text: string) => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
