/** Processes of ours that are killed while they work. */
import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';

/** When a process is killed: so long after it said something so often. */
export interface End {
  /** What is counted; undefined: everything. */
  readonly state?: string;
  readonly messages: number;
  readonly delayMs: number;
}

const root = resolve(import.meta.dirname, '../../..');

/**
 * Bundles a file of this folder and the workers that it may start: it is then up in a fraction of the time.
 * @returns the path of what is to be started
 */
export async function bundleChild(name: string, outputFolder: string): Promise<string> {
  const workers = globSync('src/core/**/*-worker.ts', { cwd: root });
  await build({
    absWorkingDir: root,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    bundle: true,
    entryPoints: Object.fromEntries(
      [join(import.meta.dirname, `${name}.ts`), ...workers].map((path) => [basename(path, '.ts'), path]),
    ),
    format: 'esm',
    logLevel: 'warning',
    outdir: outputFolder,
    platform: 'node',
    splitting: true,
    target: 'node22',
  });
  await writeFile(join(outputFolder, 'package.json'), '{"type":"module"}');
  return join(outputFolder, `${name}.js`);
}

/**
 * Starts a program and waits for its end.
 * @returns whether the process was killed before it had ended
 */
export async function live(program: string, parameters: readonly string[], end?: End): Promise<boolean> {
  const child = fork(program, parameters, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const said = readAll(child);
  let messages = 0;
  child.on('message', (message) => {
    if (end === undefined || (end.state !== undefined && end.state !== message)) return;
    if (++messages === end.messages) setTimeout(() => child.kill('SIGKILL'), end.delayMs);
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (signal === 'SIGKILL') return true;
  assert.equal(code, 0, `a process failed: ${await said}`);
  return false;
}

async function readAll(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stderr ?? []) text += String(chunk);
  return text;
}
