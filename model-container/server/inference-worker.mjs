// A worker thread does not inherit the parent's TypeScript loader, so this plain file brings it along.
import { register } from 'tsx/esm/api';

register();
await import('./inference-worker.ts');
