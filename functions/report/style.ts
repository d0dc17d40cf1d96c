/** The report's own style: dark on light, readable on paper and on a phone. */
export const STYLE = `
:root { --ink: #16202a; --soft: #52606d; --line: #d9e0e6; --wash: #f4f6f8; --accent: #0b5c8f; --warn: #8a4b00; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; color: var(--ink); background: #fff; line-height: 1.5;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main, header.top, footer { max-width: 1160px; margin: 0 auto; padding: 0 24px; }
header.top { padding-top: 36px; }
.kicker { margin: 0; color: var(--accent); font-size: 13px; font-weight: 650; letter-spacing: .08em; text-transform: uppercase; }
h1 { margin: 2px 0 6px; font-size: 32px; line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { margin: 52px 0 6px; padding-top: 14px; border-top: 1px solid var(--line); font-size: 22px; letter-spacing: -.005em; }
h3 { margin: 26px 0 6px; font-size: 16px; }
p { margin: 6px 0; max-width: 78ch; }
.lead, figcaption, .soft { color: var(--soft); }
.notice { margin: 14px 0 0; padding: 10px 14px; background: var(--wash); border-left: 4px solid var(--accent); max-width: none; }
.warning { margin: 10px 0 0; padding: 10px 14px; background: #fff6e8; border-left: 4px solid #d98200; color: #4a2b00; max-width: none; }
b.bad { color: #a11; }
.warning b { color: var(--warn); }
.cards { display: grid; grid-template-columns: repeat(3, 1fr); gap: 14px; margin: 24px 0 14px; }
.card { padding: 14px 18px 16px; border: 1px solid var(--line); border-radius: 10px; }
.card .name { color: var(--soft); font-size: 14px; }
.card .value { font-size: 34px; font-weight: 680; line-height: 1.2; font-variant-numeric: tabular-nums; letter-spacing: -.01em; }
.card .value small { font-size: 17px; font-weight: 500; color: var(--soft); }
.card .more { color: var(--soft); font-size: 14px; }
.parts { display: flex; height: 14px; border-radius: 7px; overflow: hidden; background: var(--wash); }
.parts span { display: block; min-width: 2px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 8px 0 0; padding: 0; list-style: none; font-size: 14px; }
.swatch { display: inline-block; width: 12px; height: 12px; margin-right: 7px; border-radius: 3px; vertical-align: -1px;
  border: 1px solid rgba(0, 0, 0, .25); }
figure { margin: 16px 0 22px; }
figure img { display: block; width: 100%; height: auto; border-radius: 8px; background: #000; }
figcaption { margin-top: 8px; font-size: 14px; max-width: 96ch; }
figcaption b { color: var(--ink); }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; }
.pair figure { margin: 8px 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 15px; font-variant-numeric: tabular-nums; }
caption { padding: 8px 0; color: var(--soft); font-size: 14px; text-align: left; }
th, td { padding: 8px 12px 8px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid var(--ink); font-size: 14px; white-space: nowrap; }
tbody th { font-weight: 600; }
tbody th small { display: block; max-width: 62ch; color: var(--soft); font-size: 13px; font-weight: 400; }
.number { text-align: right; padding-left: 12px; white-space: nowrap; }
code { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: minmax(140px, 220px) 1fr; margin: 10px 0; font-size: 15px; }
dt, dd { margin: 0; padding: 6px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
dt { padding-right: 16px; color: var(--soft); }
.bar { max-width: 420px; margin-top: 10px; }
.bar img { border-radius: 3px; height: 14px; }
.bar .ends { display: flex; justify-content: space-between; color: var(--soft); font-size: 13px; }
#viewer { margin: 16px 0; border-radius: 10px; overflow: hidden; background: #10161c; color: #e8edf2; }
#viewer-controls { display: flex; flex-wrap: wrap; gap: 10px 26px; padding: 12px 16px; align-items: center; font-size: 14px; }
#viewer fieldset { display: flex; flex-wrap: wrap; gap: 4px; align-items: center; margin: 0; padding: 0; border: 0; min-width: 0; }
#viewer legend { float: left; padding: 0 8px 0 0; color: #a9b7c4; }
#viewer input[type=radio] { position: absolute; opacity: 0; }
#viewer input[type=radio] + span { display: inline-block; padding: 3px 11px; border: 1px solid #3b4a58; border-radius: 14px; cursor: pointer; }
#viewer input[type=radio]:checked + span { background: #d7ecfa; border-color: #d7ecfa; color: #0b2a3d; font-weight: 600; }
#viewer input:focus-visible, #viewer input[type=radio]:focus-visible + span { outline: 2px solid #6ec1ff; outline-offset: 2px; }
#viewer input[type=range] { width: 96px; accent-color: #6ec1ff; vertical-align: middle; }
#viewer input[type=checkbox] { accent-color: #6ec1ff; }
#viewer .stage { position: relative; height: 740px; max-height: 92vh; background: #000; }
#viewer canvas { position: absolute; inset: 0; width: 100%; height: 100%; outline: none; }
#viewer-message { position: absolute; inset: 0; display: grid; place-items: center; margin: 0; padding: 24px; max-width: none; text-align: center; color: #a9b7c4; }
#viewer[data-state=ready] #viewer-message { display: none; }
#viewer .foot { display: flex; flex-wrap: wrap; gap: 4px 28px; justify-content: space-between; padding: 9px 16px; }
#viewer .legend { margin: 0; color: #cbd6e0; }
#viewer-place { min-height: 22px; color: #cbd6e0; font-size: 14px; font-variant-numeric: tabular-nums; }
footer { margin-top: 56px; padding-top: 16px; padding-bottom: 40px; color: var(--soft); font-size: 14px; }
@media screen and (max-width: 720px) {
  main, header.top, footer { padding-left: 16px; padding-right: 16px; }
  h1 { font-size: 25px; }
  .cards { grid-template-columns: 1fr; gap: 10px; }
  .card { padding: 10px 14px; }
  .pair { grid-template-columns: 1fr; }
  #viewer .stage { height: 130vw; }
  dl { grid-template-columns: 1fr; }
  dt { border: 0; padding-bottom: 0; }
  dd { padding-top: 0; }
  .wide { min-width: 720px; }
}
@media print {
  body { font-size: 10.5pt; }
  main, header.top, footer { max-width: none; padding: 0; }
  #viewer, .viewer-only { display: none; }
  figure, tr, .card { break-inside: avoid; }
  h2, h3, .lead, .legend { break-after: avoid; }
  h2 { margin-top: 26px; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
