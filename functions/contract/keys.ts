/** Where everything lies. Every key is a pure function of the study's name, the run id and the tile. */

/** `studies` bucket: what came in. */
export const INCOMING_PREFIX = 'incoming/';
export const incomingPrefix = (study: string) => `incoming/${study}/`;
/** `studies` bucket: what goes out. A study's own folder, one folder a run inside it. */
export const resultsPrefix = (study: string) => `results/${study}/`;
export const runPrefix = (study: string, run: string) => `results/${study}/${run}/`;
export const artefactKey = (study: string, run: string, name: string) => `results/${study}/${run}/${name}`;
/** The commit point of a run. */
export const resultKey = (study: string, run: string) => artefactKey(study, run, 'result.json');
export const errorKey = (study: string) => `results/${study}/error.json`;
/** Where the error of a study lies whose name can be no part of a key: `hash` is of the name. */
export const unnamedErrorKey = (hash: string) => `results/_unnamed/${hash}/error.json`;
export const waitingKey = (study: string) => `results/${study}/waiting.json`;
export const CURRENT_MODEL_KEY = 'models/current.json';
export const modelKey = (digest: string) => `models/${digest}/metadata.json`;
/** The network that the metadata describes, for predictors that load it themselves. */
export const networkKey = (digest: string) => `models/${digest}/model.onnx`;

/** `work` bucket. */
/** What is not announced yet: one object a run, or a refusal. The watchdog looks at these alone. */
export const OPEN_PREFIX = 'open/';
export const openKey = (id: string) => `open/${id}.json`;
/** How often the watchdog has moved a run: one object a time. */
export const nudgesPrefix = (run: string) => `nudges/${run}/`;
export const nudgeKey = (run: string, n: number) => `nudges/${run}/${n}.json`;
/** What an endpoint said when it failed on a tile: one object a failure. */
export const failuresPrefix = (run: string, tile: string) => `failures/${run}/${tile}/`;
export const failureKey = (run: string, tile: string, id: string) => `failures/${run}/${tile}/${id}.json`;
/** All documents of a run, receipts included. */
export const runDocumentsPrefix = (run: string) => `runs/${run}/`;
export const manifestKey = (run: string) => `runs/${run}/manifest.json`;
export const transformsKey = (run: string) => `runs/${run}/transforms.json`;
export const planKey = (run: string) => `runs/${run}/plan.json`;
export const predictionListKey = (run: string) => `runs/${run}/predictions.json`;
export const stageReceiptsPrefix = (run: string) => `runs/${run}/receipts/`;
export const stageReceiptKey = (run: string, name: string) => `runs/${run}/receipts/${name}.json`;
export const tensorsPrefix = (run: string) => `tensors/${run}/`;
export const tensorKey = (run: string, tile: string) => `tensors/${run}/${tile}.npy`;
export const predictionsPrefix = (run: string) => `predictions/${run}/`;
export const predictionKey = (run: string, tile: string) => `predictions/${run}/${tile}.npy`;

/** The study that an object under `incoming/` belongs to: the folder that holds it; undefined for anything else. */
export function studyOfIncoming(key: string): string | undefined {
  const match = /^incoming\/(.+)\/[^/]+$/.exec(key);
  return match?.[1];
}

/** What a marker is of: a run's id, or an error's. */
export function idOfOpen(key: string): string | undefined {
  return /^open\/([0-9a-f]{32})\.json$/.exec(key)?.[1];
}

/** The tile that a tensor is of. */
export function tileOfTensor(key: string): { run: string; tile: string } | undefined {
  const match = /^tensors\/([0-9a-f]{32})\/([0-9a-z-]{1,64})\.npy$/.exec(key);
  return match ? { run: match[1], tile: match[2] } : undefined;
}

/** The run that a prediction belongs to. */
export function runOfPrediction(key: string): string | undefined {
  return /^predictions\/([0-9a-f]+)\/[^/]+\.npy$/.exec(key)?.[1];
}

/** The study (and run) that a result or an error tells of. */
export function studyOfResult(key: string): { study: string; run?: string } | undefined {
  const result = /^results\/(.+)\/([0-9a-f]{32})\/result\.json$/.exec(key);
  if (result) return { study: result[1], run: result[2] };
  const error = /^results\/(.+)\/error\.json$/.exec(key);
  return error ? { study: error[1] } : undefined;
}
