import { cpSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** A Dockerfile's instructions in order; lines that end in a backslash go on. */
export function parseDockerfile(text: string): Instruction[] {
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  return lines.flatMap((line) => {
    const match = /^([A-Z]+)\s+(.+)$/.exec(line.trim());
    return match ? [{ name: match[1], rest: match[2] }] : [];
  });
}

/** `COPY a b folder/` or `COPY a/b a/b`, from a context to the working folder. */
export function copy(rest: string, context: string, workFolder: string): void {
  const paths = rest.split(/\s+/);
  const to = paths.pop() as string;
  const isFolder = to.endsWith('/') || paths.length > 1;
  for (const from of paths) {
    const target = isFolder ? join(workFolder, to, basename(from)) : join(workFolder, to);
    mkdirSync(join(target, '..'), { recursive: true });
    cpSync(join(context, from), target, { recursive: true });
  }
}

/** Whether a path of the context reaches the build: all is left out but what a line with an exclamation mark names. */
export function isInContext(path: string, ignoreFile: string): boolean {
  const kept = [...ignoreFile.matchAll(/^!(.+)$/gm)].map(([, pattern]) => pattern);
  return kept.some((pattern) => path === pattern || path.startsWith(`${pattern}/`));
}
