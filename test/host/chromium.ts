import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** What the npm-shipped VS Code needs of Debian: the browser, a font, and a compiler for two of its natives. */
const DEBIAN_PACKAGES = ['chromium', 'fonts-dejavu-core', 'g++', 'make', 'python3'];

/** The Chromium that shows the workbench, or undefined. `CHROMIUM_PATH` names another one. */
function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => COMMANDS.map((command) => join(folder, command))).find(isExecutable);
}

/** Chromium's path; on Debian as root it and the compiler are installed first where they are missing. */
export function ensureChromium(): string {
  const missing = findChromium() === undefined || !['g++', 'make', 'python3'].every(isOnPath);
  if (missing) {
    const installable = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
    if (!installable)
      throw new Error(`The tests in VS Code need these programs; install them first: ${DEBIAN_PACKAGES.join(' ')}.`);
    console.log(`installing ${DEBIAN_PACKAGES.join(' ')}`);
    aptGet('update', '-q');
    aptGet('install', '-q', '-y', '--no-install-recommends', ...DEBIAN_PACKAGES);
  }
  const found = findChromium();
  if (found === undefined) throw new Error('Chromium was installed, but no program of that name is on the PATH.');
  return found;
}

function aptGet(...args: string[]): void {
  const run = spawnSync('apt-get', args, {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (run.status !== 0)
    throw new Error(`apt-get ${args.join(' ')} failed (${run.status ?? run.signal}):\n${run.stdout}\n${run.stderr}`);
}

function isOnPath(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, command)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
