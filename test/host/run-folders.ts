import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../scripts/temporary-folder.ts';

/** The folders of one run of VS Code; everything that it writes is below `root`. */
export interface RunFolders {
  /** The browser's profile. */
  browser: string;
  extensions: string;
  home: string;
  root: string;
  serverData: string;
  temporary: string;
  userData: string;
  /** The folder that is opened. */
  workspace: string;
}

/** What every test runs with: no network, no first-run pages, no chat. */
const SETTINGS: Readonly<Record<string, unknown>> = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'remote.autoForwardPorts': false,
  'security.workspace.trust.banner': 'never',
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.commandCenter': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/** Makes the folders of a run, with the person's settings in place. `removeRunFolders` takes them away. */
export function makeRunFolders(settings: Readonly<Record<string, unknown>> = {}): RunFolders {
  const root = makeTemporaryFolder();
  const inside = (name: string): string => {
    mkdirSync(join(root, name));
    return join(root, name);
  };
  const folders = {
    browser: inside('browser'),
    extensions: inside('extensions'),
    home: inside('home'),
    root,
    serverData: inside('server-data'),
    temporary: inside('tmp'),
    userData: inside('user-data'),
    workspace: inside('workspace'),
  };
  mkdirSync(join(folders.userData, 'User'));
  writeFileSync(join(folders.userData, 'User', 'settings.json'), JSON.stringify({ ...SETTINGS, ...settings }, null, 2));
  return folders;
}

/** Takes a run's folders away. */
export function removeRunFolders(folders: RunFolders): void {
  removeTemporaryFolder(folders.root);
}

/** The environment of a VS Code under test: the own home and temporary folder, nothing of an outer VS Code or npm. */
export function runEnvironment(folders: RunFolders, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(CODE_SERVER|ELECTRON_|NODE_OPTIONS|VSCODE_|XDG_|npm_)/.test(name),
  );
  const own = {
    HOME: folders.home,
    TEMP: folders.temporary,
    TMP: folders.temporary,
    TMPDIR: folders.temporary,
    USERPROFILE: folders.home,
  };
  return { ...Object.fromEntries(inherited), ...own, ...extra };
}
