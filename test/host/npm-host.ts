/**
 * A real VS Code from npm packages alone: the server, the Node extension host and the web workbench that code-server
 * ships, run on a Node of their own. It is installed once into the user's cache folder, under a name with the hash of
 * what it is made from.
 */
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TEST_CACHE } from '../../scripts/paths.ts';

/** To be raised whenever the steps of `install` change, so that no older installation is taken for the new one. */
const RECIPE = 1;
const UNUSED_FOR_MS = 30 * 24 * 3_600_000;
const PREFIX = 'vscode-host-';
const manifest = fileURLToPath(new URL('npm-host', import.meta.url));
/** Built-in extensions that only cost time and memory in a test. */
const DROPPED_EXTENSIONS = ['copilot', 'mermaid-markdown-features'];

/** An installed host: the Node it runs on and its two front ends. */
export interface NpmHost {
  /** code-server's front end: toasts, dialogs and secrets work as for a person. */
  codeServer: string;
  node: string;
  /** VS Code's own server: with its test driver it takes extension tests, and shows no toasts. */
  server: string;
}

/** Whether the host exists for this machine's system. */
export function isNpmHostSupported(): boolean {
  return process.platform === 'linux' && ['arm64', 'x64'].includes(process.arch);
}

/** The installed host, installing it first where it is missing. Safe against another process doing the same. */
export async function ensureNpmHost(): Promise<NpmHost> {
  if (!isNpmHostSupported())
    throw new Error(
      `The VS Code for tests from npm runs on Linux (x64, arm64), not on ${process.platform} ${process.arch}.`,
    );
  const folder = join(TEST_CACHE, PREFIX + hashOfHost());
  if (!existsSync(folder)) await install(folder);
  const now = new Date();
  utimesSync(folder, now, now);
  return hostIn(folder);
}

function hashOfHost(): string {
  const hash = createHash('sha256').update(`${RECIPE} ${process.platform} ${process.arch}\n`);
  return hash
    .update(readFileSync(join(manifest, 'package-lock.json')))
    .digest('hex')
    .slice(0, 16);
}

function hostIn(folder: string): NpmHost {
  const codeServer = join(folder, 'node_modules', 'code-server');
  return {
    codeServer: join(codeServer, 'out', 'node', 'entry.js'),
    node: join(nodeFolder(folder), 'bin', 'node'),
    server: join(codeServer, 'lib', 'vscode', 'out', 'server-main.js'),
  };
}

function nodeFolder(folder: string): string {
  return join(folder, 'node_modules', `node-linux-${process.arch}`);
}

async function install(target: string): Promise<void> {
  const started = Date.now();
  mkdirSync(TEST_CACHE, { recursive: true });
  removeUnused();
  console.log(`installing VS Code for tests into ${target}`);
  const folder = `${target}.${randomUUID()}.partial`;
  try {
    cpSync(manifest, folder, { recursive: true });
    const vscode = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
    await npm(folder, folder, 'ci', '--ignore-scripts');
    // pinned by the shrinkwrap in there, which `npm ci` refuses and `npm install` obeys
    await npm(folder, vscode, 'install', '--omit=dev', '--omit=optional', '--ignore-scripts');
    // the only natives without a ready binary that the server and the extension host need
    await npm(folder, vscode, 'rebuild', '@vscode/spdlog', '@vscode/native-watchdog');
    await npm(folder, folder, 'rebuild', 'argon2');
    for (const extension of DROPPED_EXTENSIONS)
      rmSync(join(vscode, 'extensions', extension), { force: true, recursive: true });
    moveIntoPlace(folder, target);
  } finally {
    rmSync(folder, { force: true, recursive: true });
  }
  console.log(`installed VS Code for tests in ${((Date.now() - started) / 1000).toFixed(0)} s`);
}

function moveIntoPlace(folder: string, target: string): void {
  try {
    renameSync(folder, target);
  } catch (error) {
    // another process was first: its installation is as good as ours
    if (!existsSync(target)) throw error;
  }
}

function removeUnused(): void {
  for (const name of readdirSync(TEST_CACHE).filter((entry) => entry.startsWith(PREFIX))) {
    const path = join(TEST_CACHE, name);
    if (Date.now() - statSync(path).mtimeMs > UNUSED_FOR_MS) rmSync(path, { force: true, recursive: true });
  }
}

function npm(folder: string, cwd: string, ...args: string[]): Promise<void> {
  const home = nodeFolder(folder);
  // what an outer `npm test` says about its own package is not meant for this one
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|command|config_local_prefix)/.test(name)),
  );
  // its own Node first on the path, and that Node's headers for what is compiled
  const env = {
    ...inherited,
    PATH: [join(home, 'bin'), process.env['PATH']].join(delimiter),
    npm_config_nodedir: home,
  };
  const command = ['npm', ...args, '--no-audit', '--no-fund', '--loglevel=error'];
  return new Promise((resolve, reject) => {
    const child = spawn(command[0] ?? '', command.slice(1), { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (data: Buffer): void => {
      output += data.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command.join(' ')} failed (${code}) in ${cwd}:\n${output}`)),
    );
  });
}
