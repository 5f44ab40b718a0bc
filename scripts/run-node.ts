import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { ROOT } from './paths.ts';

const STOPS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** Runs this Node on arguments, in the repository, without input; resolves to the exit code. */
export function runNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  // also what is started from there finds the repository's own Node and commands first
  const path = [join(ROOT, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, PATH: path, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const stop = (name: NodeJS.Signals): void => void child.kill(name);
    for (const name of STOPS) process.on(name, stop);
    child.once('error', reject);
    child.once('close', (code) => {
      for (const name of STOPS) process.off(name, stop);
      resolve(code ?? 1);
    });
  });
}
