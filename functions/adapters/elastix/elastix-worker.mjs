// A worker thread inherits no TypeScript loader, so this plain file brings it along.
import { load } from '../../load.mjs';

await load(new URL('./elastix-worker.ts', import.meta.url));
