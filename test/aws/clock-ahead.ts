import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { lambda } from './clients.ts';

/**
 * Lets a function's clock run ahead, as if all objects were so much older; nothing of the function itself is changed.
 * @param folder holds what its process loads first
 */
export async function setClockAhead(functionName: string, seconds: number, folder: string): Promise<void> {
  const preload = join(folder, 'clock-ahead.cjs');
  await writeFile(
    preload,
    `Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + ${1000 * seconds} });\n`,
  );
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
  const Variables = { ...Environment?.Variables, NODE_OPTIONS: `--require ${preload}` };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: functionName, Environment: { Variables } }));
  await waitUntilFunctionUpdatedV2(
    { client: lambda, maxWaitTime: 30, minDelay: 1, maxDelay: 1 },
    { FunctionName: functionName },
  );
}
