import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFolderEvents } from '../../functions/adapters/folder-events.ts';
import { describeEventBus } from '../conformance/event-bus.ts';
import { tempFolders } from '../helpers/temp-folder.ts';

const tempFolder = tempFolders();

describeEventBus('a folder', async () => {
  const folder = await tempFolder();
  return {
    bus: createFolderEvents(folder),
    async told() {
      const names = await readdir(folder);
      return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))));
    },
  };
});
