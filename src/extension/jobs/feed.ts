import * as vscode from 'vscode';
import type { Pipeline } from '../../core/pipeline.ts';
import type { ExtensionLog } from '../log.ts';
import type { Lease } from '../shared-pool.ts';
import { entriesOf } from './entries.ts';
import type { JobEntry } from './nodes.ts';

/** The jobs of the open folders, fresh while somebody watches. */
export interface JobsFeed extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  /** As they were when last looked at, of all folders; each folder's newest first. */
  readonly entries: readonly JobEntry[];
  /** Whether every folder has been looked at. */
  readonly isKnown: boolean;
  /** The folders: those of the workspace and those that runs were made in. */
  readonly homes: readonly vscode.Uri[];
  /** How many finished jobs are shown. */
  readonly shownFinished: number;
  showMore(): void;
  /** Jobs may also lie in a folder that isn't open. */
  addHome(home: vscode.Uri): void;
  /** Keeps the entries fresh until the returned thing is disposed. */
  watch(): vscode.Disposable;
}

/** Opens the way to a folder's jobs; rejects where there is none (wrong settings). */
export type OpenPipeline = (home: vscode.Uri) => Promise<Lease<Pipeline>>;

const finishedAtOnce = 100;

interface Watched {
  readonly home: vscode.Uri;
  entries: readonly JobEntry[] | undefined;
  stop(): void;
}

export function createJobsFeed(log: ExtensionLog, open: OpenPipeline): JobsFeed {
  const changed = new vscode.EventEmitter<void>();
  const added: vscode.Uri[] = [];
  const watched = new Map<string, Watched>();
  let watchers = 0;
  let shownFinished = finishedAtOnce;

  const homes = (): readonly vscode.Uri[] => {
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
    return [...folders, ...added.filter((home) => !folders.some((other) => same(other, home)))];
  };

  /** Begins and ends what the folders and watchers of the moment ask for. */
  function sync(): void {
    const wanted = watchers > 0 && vscode.workspace.isTrusted ? homes() : [];
    for (const [key, entry] of watched) {
      if (wanted.some((home) => home.toString() === key)) continue;
      entry.stop();
      // what nobody watches any more is still shown while its folder is there
      if (!homes().some((home) => home.toString() === key)) watched.delete(key);
    }
    for (const home of wanted) begin(home);
  }

  function begin(home: vscode.Uri): void {
    const key = home.toString();
    const old = watched.get(key);
    if (old !== undefined && old.stop !== stopped) return;
    const ended = new AbortController();
    const entry: Watched = {
      home,
      entries: old?.entries,
      stop: () => {
        entry.stop = stopped;
        ended.abort();
      },
    };
    watched.set(key, entry);
    void follow(entry, ended.signal);
  }

  async function follow(entry: Watched, ended: AbortSignal): Promise<void> {
    try {
      await using lease = await open(entry.home);
      const pipeline = lease.value;
      let wake: () => void = () => undefined;
      let isStale = true;
      const notice = (): void => {
        isStale = true;
        wake();
      };
      const unwatch = pipeline.watchJobs(notice);
      ended.addEventListener('abort', notice, { once: true });
      try {
        while (!ended.aborted) {
          if (isStale) {
            isStale = false;
            entry.entries = await entriesOf(pipeline, entry.home);
            changed.fire();
          } else {
            await new Promise<void>((resolve) => (wake = resolve));
          }
        }
      } finally {
        unwatch();
      }
    } catch (error) {
      // the view must not shout about settings that are being edited; the next command says what is wrong
      log.fault(error);
      entry.entries ??= [];
      changed.fire();
      if (!ended.aborted) entry.stop();
    }
  }

  /** A pipeline belongs to the settings that it was made with. */
  function restart(): void {
    for (const entry of watched.values()) entry.stop();
    sync();
  }

  const subscriptions = [
    vscode.workspace.onDidChangeWorkspaceFolders(sync),
    vscode.workspace.onDidGrantWorkspaceTrust(sync),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('shotlist')) restart();
    }),
  ];

  return {
    onDidChange: changed.event,
    get entries() {
      return [...watched.values()].flatMap(({ entries }) => entries ?? []);
    },
    get isKnown() {
      return homes().every((home) => watched.get(home.toString())?.entries !== undefined);
    },
    get homes() {
      return homes();
    },
    get shownFinished() {
      return shownFinished;
    },
    showMore() {
      shownFinished += finishedAtOnce;
      changed.fire();
    },
    addHome(home) {
      if (!homes().some((other) => same(other, home))) added.push(home);
      sync();
    },
    watch() {
      watchers += 1;
      sync();
      let isOver = false;
      return new vscode.Disposable(() => {
        if (isOver) return;
        isOver = true;
        watchers -= 1;
        sync();
      });
    },
    dispose() {
      watchers = 0;
      for (const entry of watched.values()) entry.stop();
      vscode.Disposable.from(...subscriptions, changed).dispose();
    },
  };
}

function stopped(): void {
  // nothing runs
}

function same(one: vscode.Uri, other: vscode.Uri): boolean {
  return one.toString() === other.toString();
}
