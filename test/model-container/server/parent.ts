/** Starts a model server, prints its process id, and stays until somebody kills it. */
import { startModelServer } from '../../../functions/adapters/model-server.ts';

const server = await startModelServer({ modelsFolder: process.argv[2], threads: 1 });
await server.ready;
console.log(server.pid);
setInterval(() => {}, 1000);
