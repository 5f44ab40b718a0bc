import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../scripts/paths.ts';
import { runEnvironment, type RunFolders } from './run-folders.ts';

/** The runs of VS Code that the tests inside it need: one window each. */
export interface HostRun {
  /** Environment variables that the extension host sees. */
  env?: Readonly<Record<string, string>>;
  /** Also the folder below test/host/suite/ that holds the run's tests. */
  name: string;
  /** What happens in the workspace before VS Code starts. */
  prepare?(folders: RunFolders): void;
  /** The person's settings (not the workspace's: those lie in the fixture's .vscode/settings.json). */
  settings?: Readonly<Record<string, unknown>>;
  /** Workspace Trust as in a fresh VS Code, so that the workspace is untrusted. Without it every workspace is trusted. */
  workspaceTrust?: boolean;
  /** The folder below test/fixtures/workspaces/ whose copy is opened. */
  workspace: string;
}

export const HOST_RUNS: readonly HostRun[] = [
  { name: 'main', workspace: 'plain' },
  { name: 'videos', workspace: 'plain' },
  { name: 'resume', workspace: 'plain', prepare: leaveJobs },
  { name: 'resume-untrusted', workspace: 'plain', prepare: leaveJobs, workspaceTrust: true },
  { name: 'hostile', workspace: 'hostile' },
  { name: 'untrusted', workspace: 'hostile', workspaceTrust: true },
];

/** A process that is gone by now has left a clip in the making, and a request that never got its answer. */
function leaveJobs(folders: RunFolders): void {
  const shotlist = (...args: string[]): void => {
    execFileSync(process.execPath, [join(ROOT, 'dist', 'cli.js'), ...args, '--connection', 'sandbox', '--quiet'], {
      cwd: folders.workspace,
      env: runEnvironment(folders),
      stdio: 'ignore',
    });
  };
  shotlist('video', '[time:3000] A fox that was left', '--no-wait');
  try {
    shotlist('image', '[drop] A fox that got no answer');
  } catch {
    // it ends with what is left to settle
  }
}
