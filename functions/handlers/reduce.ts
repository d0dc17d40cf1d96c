import { readFile } from 'node:fs/promises';
import { stageHandler } from './shared/stage-handler.ts';

/** Stitch, clean, measure, report, commit. The report's script was built when this was bundled, and lies beside it. */
export const handler = stageHandler('reduce', () => ({
  viewerScript: () => readFile(new URL('./viewer.js', import.meta.url), 'utf8'),
}));
