import { load } from '../functions/load.mjs';

await load(new URL('./app.ts', import.meta.url));
