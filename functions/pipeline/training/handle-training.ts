import { JOBS_PREFIX } from '../../contract/training.ts';
import type { TrainingTask } from '../../contract/training-tasks.ts';
import type { Verdict } from '../ports.ts';
import { gate } from './gate.ts';
import type { TrainingPorts } from './ports.ts';
import { registerModel } from './register-model.ts';
import { followList } from './service.ts';
import { startTraining } from './start-training.ts';

/** One task to its verdict; what is thrown brings it back. */
export function handleTraining(task: TrainingTask, ports: TrainingPorts): Promise<Verdict> {
  switch (task.task) {
    case 'start':
      return startTraining(task, ports);
    case 'register':
      return registerModel(task, ports);
    case 'gate':
      return gate(ports);
    case 'look':
      return lookRound(ports);
  }
}

/** What events that were lost would have caused: jobs that ended, runs that the gate waits for, a change half made. */
async function lookRound(ports: TrainingPorts): Promise<Verdict> {
  const keys = (await ports.studies.list(JOBS_PREFIX)).map(({ key }) => key);
  const named = (ending: string) =>
    keys.flatMap((key) => (key.endsWith(ending) ? key.slice(JOBS_PREFIX.length, -ending.length) : []));
  const ended = new Set(named('/end.json'));
  for (const job of named('/job.json').filter((each) => !ended.has(each))) await registerModel({ job }, ports);
  await followList(ports.studies);
  return gate(ports, { isRound: true });
}
