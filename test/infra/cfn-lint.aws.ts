import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PREDICTORS } from '../../functions/contract/environment.ts';
import { inRoot } from '../../infra/root.ts';
import { synthesise } from '../../infra/synthesise.ts';
import { tempFolders } from '../helpers/temp-folder.ts';

const makeFolder = tempFolders();
/** `npm run test:aws` makes this environment. */
const CFN_LINT = process.env.CFN_LINT ?? inRoot('.venv-aws/bin/cfn-lint');

test.each(PREDICTORS)('cfn-lint finds nothing in the templates with the predictor %s', async (predictor) => {
  const folder = await makeFolder();
  const files = Object.entries(synthesise({ predictor, mail: 'group@example.org', training: 'true' })).map(
    ([stack, template]) => {
      const file = join(folder, `${stack}.template.json`);
      writeFileSync(file, JSON.stringify(template));
      return file;
    },
  );
  expect(files).toHaveLength(predictor === 'lambda' ? 1 : 2);
  const { status, stdout, error } = spawnSync(CFN_LINT, files, { encoding: 'utf8' });
  expect({ status, stdout, error }).toEqual({ status: 0, stdout: '', error: undefined });
});
