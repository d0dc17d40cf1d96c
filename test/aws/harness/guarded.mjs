import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs "$@" in the background and gives its exit status. When standard input closes, which it does however the parent
 * ends, the whole process group ends, and the folder $SWEEP goes.
 */
const GUARD = `
exec 3<&0 </dev/null
trap : TERM INT HUP
"$@" 3<&- &
child=$!
{
  trap : TERM
  cat <&3 >/dev/null
  kill -TERM 0
  sleep 1
  if [ -n "$SWEEP" ]; then rm -rf "$SWEEP"; fi
  kill -KILL 0
} &
wait $child
status=$?
while kill -0 $child 2>/dev/null; do wait $child; status=$?; done
exit $status
`;

/**
 * A command in a process group of its own, which ends with all its children when `stop` is called or when this process
 * ends, killed or not.
 * @param {readonly string[]} command
 * @param {{ env: NodeJS.ProcessEnv, cwd: string, output: 'inherit' | number, sweep?: string }} options
 *   output: inherited, or a file descriptor; sweep: a folder to remove at the end
 */
export function guarded(command, { env, cwd, output, sweep = '' }) {
  const child = spawn('sh', ['-c', GUARD, 'guard', ...command], {
    cwd,
    env: { ...env, SWEEP: sweep },
    detached: true,
    stdio: ['pipe', output, output],
  });
  child.stdin.on('error', () => {});
  /** @type {Promise<number>} */
  const exited = new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  return {
    pid: child.pid,
    exited,
    async stop() {
      child.stdin.end();
      while (isGroupAlive(child.pid)) await sleep(50);
    },
  };
}

function isGroupAlive(pid) {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}
