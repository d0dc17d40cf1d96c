import type { ModelEvent, TrainingPorts } from './ports.ts';

/** Tells the world; the id is made of what is told, so that whoever tells the same again makes the same id. */
export async function tell(event: Omit<ModelEvent, 'id' | 'version'>, ports: TrainingPorts): Promise<void> {
  const { type, key, code, job, modelDigest } = event;
  const told = new TextEncoder().encode(JSON.stringify([type, key, code, job, modelDigest]));
  const id = (await ports.codec.sha256(told)).slice(0, 32);
  await ports.events.publish({ id, version: 1, ...event });
}
