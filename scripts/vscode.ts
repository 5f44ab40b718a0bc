/** `npm run vscode`: a VS Code with the extension in it; the desktop one where it can be had, else one in the browser. */
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { ensureNpmHost } from '../test/host/npm-host.ts';
import { makeRunFolders } from '../test/host/run-folders.ts';
import { installExtension, startServer, workbenchUrl } from '../test/host/vscode-server.ts';
import { buildForProduction } from './build.ts';
import { ROOT, VSIX } from './paths.ts';
import { findDesktop } from './test-host.ts';
import { packVsix } from './vsix.ts';

await buildForProduction();
// removed, with what is in them, when this process ends
const folders = makeRunFolders();
cpSync(join(ROOT, 'test', 'fixtures', 'workspaces', 'plain'), folders.workspace, { recursive: true });
const desktop = await findDesktop();
if (desktop === undefined) await openInBrowser();
else await openOnDesktop(desktop);

async function openInBrowser(): Promise<void> {
  await packVsix();
  const host = await ensureNpmHost();
  installExtension(host, folders, VSIX);
  const server = await startServer({ folders, host });
  console.log(`\nVS Code with Shotlist: ${workbenchUrl(server, folders.workspace)}\nCtrl-C ends it.`);
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
  await promise;
  await server.stop();
}

async function openOnDesktop(executable: string): Promise<void> {
  const places = [`--user-data-dir=${folders.userData}`, `--extensions-dir=${folders.extensions}`];
  const args = [folders.workspace, `--extensionDevelopmentPath=${ROOT}`, ...places];
  const child = spawn(executable, args, { stdio: 'inherit' });
  console.log('VS Code with Shotlist is open; closing it ends this command.');
  await new Promise((resolve) => child.once('close', resolve));
}
