import * as vscode from 'vscode';
import type { MediaKind } from '../core/generation.ts';
import type { RunResult } from '../core/jobs/job.ts';
import type { Pipeline, RunOptions } from '../core/pipeline.ts';
import { trackProgress, type ProgressTracker, type RunProgress } from './progress-text.ts';
import type { Services } from './services.ts';

/** A run as it is shown. */
export interface ShownRun {
  readonly title: string;
  readonly kind: MediaKind;
  /** The folder that it belongs to. */
  readonly home: vscode.Uri;
  /** Assets asked for. */
  readonly total: number;
}

/**
 * Runs with a notification that can be cancelled and the spinner in the status bar. Cancelling stops at once: a picture
 * that was sent and not answered stays `unknown`, a clip is given up, at the provider too where that is possible.
 */
export async function runWithProgress(
  services: Services,
  shown: ShownRun,
  pipeline: Pipeline,
  run: (options: RunOptions) => Promise<RunResult>,
): Promise<RunResult> {
  const { title, kind, total, home } = shown;
  services.log.info(`progress: ${title}`);
  services.jobs.addHome(home);
  const busy = services.status.busy(statusText(kind, { total, done: 0, fraction: 0 }));
  const watched = services.jobs.watch();
  const tracker = trackProgress(total);
  const stop = new AbortController();
  try {
    return await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (progress, token) => {
        token.onCancellationRequested(() => {
          services.log.info(`cancelled: ${title}`);
          void stopRun(services, kind, pipeline, tracker, stop);
        });
        let reported = 0;
        return run({
          drain: stop.signal,
          signal: stop.signal,
          onEvent: (event) => {
            const state = tracker.follow(event);
            busy.update(statusText(kind, state));
            const increment = (state.fraction - reported) * 100;
            progress.report({ message: messageText(kind, state), increment });
            reported = state.fraction;
          },
        });
      },
    );
  } finally {
    watched.dispose();
    busy.dispose();
  }
}

/** Clips that are only left alone would go on at the provider, so each is cancelled. */
async function stopRun(
  services: Services,
  kind: MediaKind,
  pipeline: Pipeline,
  tracker: ProgressTracker,
  stop: AbortController,
): Promise<void> {
  if (kind === 'video') {
    const cancelling = tracker.unfinished().map((id) => pipeline.cancelJob(id));
    for (const outcome of await Promise.allSettled(cancelling)) {
      if (outcome.status === 'rejected') services.log.fault(outcome.reason);
    }
  }
  stop.abort();
}

function statusText(kind: MediaKind, { total, done, fraction }: RunProgress): string {
  const current = Math.min(total, done + 1);
  if (kind === 'image') {
    return total === 1 ? vscode.l10n.t('1 image…') : vscode.l10n.t('{0} of {1}…', current, total);
  }
  const name = total === 1 ? vscode.l10n.t('1 video…') : vscode.l10n.t('{0} of {1}…', current, total);
  return fraction > 0 ? `${name} ${percentText(fraction)}` : name;
}

/** Beside a title that says how many there are in all. */
function messageText(kind: MediaKind, progress: RunProgress): string {
  const { total, state, waiting, fraction } = progress;
  if (kind === 'image') {
    return [total === 1 ? '' : statusText(kind, progress), waiting?.reason ?? '']
      .filter((part) => part !== '')
      .join(' ');
  }
  const parts = [
    total === 1 ? '' : vscode.l10n.t('{0} of {1} done', progress.done, total),
    fraction > 0 ? percentText(fraction) : '',
    state === 'downloading' ? vscode.l10n.t('downloading') : (waiting?.reason ?? ''),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function percentText(fraction: number): string {
  return `${Math.floor(fraction * 100)} %`;
}
