import * as vscode from 'vscode';
import type { Pipeline } from '../core/pipeline.ts';
import { createDialogs, type Dialogs } from './dialogs.ts';
import { createKeyStore, type KeyStore } from './keys.ts';
import { createLog, type ExtensionLog } from './log.ts';
import { createPlaces, type Places } from './places.ts';
import { createSharedPool, type SharedPool } from './shared-pool.ts';
import { createStatusBar, type StatusBar } from './status-bar.ts';

/** What the features share. Everything heavy is loaded by the features when they are first used. */
export interface Services extends vscode.Disposable {
  readonly context: vscode.ExtensionContext;
  readonly dialogs: Dialogs;
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
  return {
    context,
    dialogs: createDialogs(log),
    keys: createKeyStore(context.secrets),
    log,
    pipelines,
    places,
    status,
    dispose() {
      void pipelines.disposeAll();
      vscode.Disposable.from(places, status, log).dispose();
    },
  };
}
