import { createEventBridgeClient, createSqsClient } from '../adapters/aws/clients.ts';
import { createEventBridgeBus } from '../adapters/aws/eventbridge-bus.ts';
import { createSageMakerControlClient } from '../adapters/aws/sagemaker-control.ts';
import { createEndpointLook } from '../adapters/aws/sagemaker-endpoints.ts';
import { createSageMakerTraining } from '../adapters/aws/sagemaker-training.ts';
import { createSqsTrainingTasks } from '../adapters/aws/sqs-training-tasks.ts';
import { TRAINING_EVENT_SOURCE, type TrainingSettings } from '../contract/training.ts';
import { parseModelSpec } from '../inference/model-spec.ts';
import { countFailures } from './shared/count-events.ts';
import { trainingVariable, variable } from './shared/environment.ts';
import { openHouse } from './shared/house.ts';
import { createTools } from './shared/powertools.ts';
import { createTrainingHandler } from './shared/training-handler.ts';

/** Datasets to training jobs, jobs to pending models, pending models through the gate. */
const tools = createTools('training');
const { ports } = openHouse(tools);
const client = createSageMakerControlClient();
const settings = JSON.parse(trainingVariable('settings')) as TrainingSettings;
const [studiesBucket, workBucket] = [variable('studiesBucket'), variable('workBucket')];
const namePrefix = variable('endpointPrefix');
const hasEndpoint = createEndpointLook({ client, endpointPrefix: namePrefix });

const bus = createEventBridgeBus({
  client: createEventBridgeClient(),
  busName: variable('eventBus'),
  source: TRAINING_EVENT_SOURCE,
});

export const handler = createTrainingHandler(
  {
    ...ports,
    tasks: createSqsTrainingTasks({ client: createSqsClient(), url: trainingVariable('queueUrl') }),
    jobs: createSageMakerTraining({ client, settings, studiesBucket, workBucket }),
    isServed: variable('predictor') === 'lambda' ? async () => true : hasEndpoint,
    events: countFailures(bus, tools),
    parseModel: parseModelSpec,
    settings,
    namePrefix,
  },
  tools,
);
