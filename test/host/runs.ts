/** The runs of VS Code that the tests inside it need: one window each. */
export interface HostRun {
  /** Environment variables that the extension host sees. */
  env?: Readonly<Record<string, string>>;
  /** Also the folder below test/host/suite/ that holds the run's tests. */
  name: string;
  /** The person's settings (not the workspace's: those lie in the fixture's .vscode/settings.json). */
  settings?: Readonly<Record<string, unknown>>;
  /** Workspace Trust as in a fresh VS Code, so that the workspace is untrusted. Without it every workspace is trusted. */
  workspaceTrust?: boolean;
  /** The folder below test/fixtures/workspaces/ whose copy is opened. */
  workspace: string;
}

export const HOST_RUNS: readonly HostRun[] = [
  { name: 'main', workspace: 'plain' },
  { name: 'hostile', workspace: 'hostile' },
  { name: 'untrusted', workspace: 'hostile', workspaceTrust: true },
];
