/** Runs the command line in a process of its own, with nothing of the person's environment. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What ships, made by `npm run build`, or what it is made from. */
const files = { built: '../../dist/cli.js', source: '../../src/cli/main.ts' };

export interface RunSetup {
  readonly input?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Options of node itself. */
  readonly nodeOptions?: readonly string[];
}

export interface Outcome {
  /** Null where a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly outcome: Promise<Outcome>;
  /** Resolves when standard error holds the text. */
  saw(words: string): Promise<void>;
  /** What standard output has so far. */
  printed(): string;
}

/** A scratch folder with a workspace and a state folder of its own. */
export interface Home {
  /** The workspace, and the current folder of what runs. */
  readonly folder: string;
  /** The person's state folder. */
  readonly personal: string;
  start(given: readonly string[], setup?: RunSetup): Running;
  run(given: readonly string[], setup?: RunSetup): Promise<Outcome>;
  dispose(): Promise<void>;
}

export async function createHome(what: keyof typeof files = 'built'): Promise<Home> {
  const main = fileURLToPath(new URL(files[what], import.meta.url));
  const root = await mkdtemp(join(tmpdir(), 'shotlist-cli-'));
  const folder = join(root, 'workspace');
  const personal = join(root, 'personal');
  await mkdir(folder);
  await mkdir(personal);
  const start = (given: readonly string[], setup: RunSetup = {}): Running => {
    const child = spawn(process.execPath, [...(setup.nodeOptions ?? []), main, ...given], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', SHOTLIST_HOME: personal, HOME: root, ...setup.variables },
    });
    let stdout = '';
    let stderr = '';
    const watchers = new Set<() => void>();
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      for (const watch of watchers) watch();
    });
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    const outcome = new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    }).then((code) => ({ code, stdout, stderr }));
    // a process that never started to read has closed its input
    child.stdin.on('error', () => {});
    child.stdin.end(setup.input ?? '');
    return {
      child,
      outcome,
      printed: () => stdout,
      saw: (words) =>
        new Promise((resolve, reject) => {
          const watch = (): void => {
            if (stderr.includes(words)) resolve();
          };
          watchers.add(watch);
          void outcome.then(() => reject(new Error(`"${words}" never came:\n${stderr}`)));
          watch();
        }),
    };
  };
  return {
    folder,
    personal,
    start,
    run: (given, setup) => start(given, setup).outcome,
    dispose: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}
