/**
 * A second service, as an example: EventBridge starts it for every completed study. Put yours in its place; what an
 * event holds stands in docs/events.md. The result itself lies in the studies bucket at `detail.key`.
 */
export async function handler({ detail: { id, studyHash, run, volumesMl } }) {
  // An event may come twice, and has one id then.
  console.log(JSON.stringify({ message: 'study taken up', id, studyHash, run, volumesMl }));
}
