import * as vscode from 'vscode';
import type { RunOptions } from '../core/pipeline.ts';
import type { RunResult } from '../core/jobs/job.ts';
import { trackProgress, type RunProgress } from './progress-text.ts';
import type { Services } from './services.ts';

/**
 * Runs with a notification that can be cancelled and the spinner in the status bar. Cancelling stops at once: what was
 * sent and not answered stays `unknown`.
 */
export async function runWithProgress(
  services: Services,
  title: string,
  images: number,
  run: (options: RunOptions) => Promise<RunResult>,
): Promise<RunResult> {
  services.log.info(`progress: ${title}`);
  const busy = services.status.busy(statusText({ total: images, done: 0 }));
  const stop = new AbortController();
  try {
    return await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (progress, token) => {
        token.onCancellationRequested(() => {
          services.log.info(`cancelled: ${title}`);
          stop.abort();
        });
        const tracker = trackProgress(images);
        let shown = 0;
        return run({
          drain: stop.signal,
          signal: stop.signal,
          onEvent: (event) => {
            const state = tracker.follow(event);
            busy.update(statusText(state));
            progress.report({ message: messageText(state), increment: ((state.done - shown) / images) * 100 });
            shown = state.done;
          },
        });
      },
    );
  } finally {
    busy.dispose();
  }
}

function statusText({ total, done }: RunProgress): string {
  return total === 1 ? vscode.l10n.t('1 image…') : vscode.l10n.t('{0} of {1}…', Math.min(total, done + 1), total);
}

/** Beside a title that says how many there are in all. */
function messageText(progress: RunProgress): string {
  const { total, waiting } = progress;
  return [total === 1 ? '' : statusText(progress), waiting?.reason ?? ''].filter((part) => part !== '').join(' ');
}
