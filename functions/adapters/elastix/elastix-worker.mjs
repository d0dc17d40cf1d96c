/**
 * Where the code runs from its TypeScript source, a worker thread starts here: on Node 20 `--import tsx` does not reach
 * module resolution inside worker threads, `register` does.
 */
import { register } from 'tsx/esm/api';

register();
await import('./elastix-worker.ts');
