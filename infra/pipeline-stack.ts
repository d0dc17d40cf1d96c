import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { PredictorKind } from '../functions/contract/environment.ts';
import { STAGE_NAMES, STAGES, type StageName } from '../functions/contract/stages.ts';
import { Alarms } from './constructs/alarms.ts';
import { Buckets } from './constructs/buckets.ts';
import { addDashboard } from './constructs/dashboard.ts';
import { EndpointErrors } from './constructs/endpoint-errors.ts';
import { ExampleService } from './constructs/example-service.ts';
import { type House, urlsOf } from './constructs/house.ts';
import { Keys } from './constructs/keys.ts';
import { Notices } from './constructs/notices.ts';
import { notify } from './constructs/notifications.ts';
import { StageQueue } from './constructs/stage-queue.ts';
import { StageWorker } from './constructs/stage-worker.ts';
import { Training } from './constructs/training.ts';
import { Watchdog } from './constructs/watchdog.ts';
import type { DeployedName } from './handler-names.ts';
import { instanceMetrics } from './instance-metrics.ts';
import type { Settings } from './settings.ts';
import { type Shared, shareOut } from './shared.ts';

export interface PipelineStackProps extends StackProps {
  readonly settings: Settings;
  codeFolder(name: DeployedName, predictor: PredictorKind): string;
}

/** The way of a study, from the upload to the news of its result. */
export class PipelineStack extends Stack {
  readonly shared: Shared;

  constructor(scope: Construct, id: string, { settings, codeFolder, ...props }: PipelineStackProps) {
    super(scope, id, props);
    const keys = new Keys(this, 'Keys');

    // incoming/<study>/… is uploaded; S3 tells `ingest`. Predictions wake `gather`, results and errors `announce`.
    const buckets = new Buckets(this, 'Buckets', { key: keys.data });
    const stageQueues = byStage(
      (name) => new StageQueue(this, `Queue-${name}`, { stage: STAGES[name], key: keys.messages }),
    );
    const queues = byStage((name) => stageQueues[name].queue);
    const deadLetters = byStage((name) => stageQueues[name].deadLetters);
    notify({ studies: buckets.studies, work: buckets.work }, queues);

    // ingest -> register -> tile -> infer -> gather -> reduce -> announce -> the bus.
    const bus = new EventBus(this, 'Bus', { eventBusName: this.stackName, kmsKey: keys.messages });
    const house: House = {
      settings,
      keys,
      buckets,
      queues,
      deadLetters,
      bus,
      codeFolder: (name) => codeFolder(name, settings.predictor),
    };
    const workers = byStage((name) => new StageWorker(this, `Stage-${name}`, { name, house }));
    const endpointErrors = new EndpointErrors(this, 'EndpointErrors', { key: keys.messages, queue: queues.infer });

    // What stands still is found; what ended is told.
    const watchdog = new Watchdog(this, 'Watchdog', { house });
    const notices = new Notices(this, 'Notices', { bus, key: keys.messages, mail: settings.mail });
    new ExampleService(this, 'Example', { bus, key: keys.data });

    const metrics = instanceMetrics(settings.instanceId);
    const functions = { ...byStage((name) => workers[name].function), watch: watchdog.function };
    new Alarms(this, 'Alarms', { topic: notices.topic, queues, deadLetters, functions, metrics });
    addDashboard(this, 'Dashboard', { queues, deadLetters, metrics });

    // datasets/<name>/dataset.json is uploaded: another road, where it is asked for.
    const { training } = settings;
    if (training) new Training(this, 'Training', { house, plan: training, topic: notices.topic, metrics });

    this.shared = shareOut({ stack: this, buckets, keys, endpointErrors, notices });
    this.tell({
      StudiesBucket: buckets.studies.bucketName,
      WorkBucket: buckets.work.bucketName,
      QueueUrls: urlsOf(queues),
      DeadLetterUrls: urlsOf(deadLetters),
      EventBus: bus.eventBusName,
      StudyHashKey: keys.studyHash.keyId,
      WatchFunction: watchdog.function.functionName,
      Predictor: settings.predictor,
      EndpointPrefix: settings.instanceId,
    });
  }

  /** What the CLI reads. */
  private tell(outputs: Record<string, string>): void {
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}

function byStage<T>(make: (name: StageName) => T): Record<StageName, T> {
  return Object.fromEntries(STAGE_NAMES.map((name) => [name, make(name)])) as Record<StageName, T>;
}
