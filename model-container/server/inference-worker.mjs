// A worker thread inherits no TypeScript loader, so this plain file brings it along.
import { load } from '../../functions/load.mjs';

await load(new URL('./inference-worker.ts', import.meta.url));
