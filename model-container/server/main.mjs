import { load } from '../../functions/load.mjs';

await load(new URL('./main.ts', import.meta.url));
