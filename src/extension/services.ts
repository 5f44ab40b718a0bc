import * as vscode from 'vscode';
import type { Pipeline } from '../core/pipeline.ts';
import { createDialogs, type Dialogs } from './dialogs.ts';
import { createJobsFeed, type JobsFeed } from './jobs/feed.ts';
import { createKeepers, type Keepers } from './jobs/keepers.ts';
import { createKeyStore, type KeyStore } from './keys.ts';
import { createLog, type ExtensionLog } from './log.ts';
import { createPlaces, type Places } from './places.ts';
import { createSharedPool, type Lease, type SharedPool } from './shared-pool.ts';
import { createStatusBar, type StatusBar } from './status-bar.ts';

/** What the features share. Everything heavy is loaded by the features when they are first used. */
export interface Services extends vscode.Disposable {
  readonly context: vscode.ExtensionContext;
  readonly dialogs: Dialogs;
  readonly jobs: JobsFeed;
  readonly keepers: Keepers;
  readonly keys: KeyStore;
  readonly log: ExtensionLog;
  readonly pipelines: SharedPool<Pipeline>;
  readonly places: Places;
  readonly status: StatusBar;
}

export function createServices(context: vscode.ExtensionContext): Services {
  const log = createLog(context);
  const places = createPlaces();
  const status = createStatusBar();
  const pipelines = createSharedPool<Pipeline>((pipeline) => pipeline.dispose());
  const openPipeline = async (home: vscode.Uri): Promise<Lease<Pipeline>> => {
    const { openDoor } = await import('./pipelines.ts');
    return (await openDoor(services, home)).pipeline();
  };
  const jobs = createJobsFeed(log, openPipeline);
  const dialogs = createDialogs(log);
  const keepers = createKeepers({ dialogs, jobs, log, status }, openPipeline);
  const services: Services = {
    context,
    dialogs,
    jobs,
    keepers,
    keys: createKeyStore(context.secrets),
    log,
    pipelines,
    places,
    status,
    dispose() {
      keepers.dispose();
      jobs.dispose();
      void pipelines.disposeAll();
      vscode.Disposable.from(places, status, log).dispose();
    },
  };
  return services;
}
