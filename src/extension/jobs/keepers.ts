import * as vscode from 'vscode';
import type { Job, JobEvent } from '../../core/jobs/job.ts';
import type { JobKeeper, Pipeline } from '../../core/pipeline.ts';
import type { Services } from '../services.ts';
import type { Lease } from '../shared-pool.ts';
import type { BusyStatus } from '../status-bar.ts';
import type { OpenPipeline } from './feed.ts';

/** Goes on with what is under way at the providers, one keeper a folder, for as long as the window is open. */
export interface Keepers extends vscode.Disposable {
  /**
   * From now on the folder's running jobs are polled, also those whose process dies later. Sends nothing that is paid.
   * @returns the jobs that were taken up now; none where the folder is kept already
   */
  keep(home: vscode.Uri): Promise<readonly Job[]>;
}

interface Kept {
  readonly home: vscode.Uri;
  /** Ids of the jobs that are polled here. */
  readonly active: Set<string>;
  lease?: Lease<Pipeline>;
  keeper?: JobKeeper;
  isOver: boolean;
}

type Needed = Pick<Services, 'dialogs' | 'jobs' | 'log' | 'status'>;

export function createKeepers(services: Needed, open: OpenPipeline): Keepers {
  const kept = new Map<string, Kept>();
  let busy: BusyStatus | undefined;
  let watching: vscode.Disposable | undefined;

  async function keep(home: vscode.Uri): Promise<readonly Job[]> {
    const key = home.toString();
    if (kept.has(key)) return [];
    const entry: Kept = { home, active: new Set(), isOver: false };
    kept.set(key, entry);
    try {
      entry.lease = await open(home);
      if (entry.isOver) return [];
      entry.keeper = entry.lease.value.keepJobs({ onEvent: (event) => follow(entry, event) });
      const jobs = await entry.keeper.started;
      return entry.isOver ? [] : jobs;
    } catch (error) {
      // another try when the next run begins
      kept.delete(key);
      await entry.lease?.[Symbol.asyncDispose]();
      throw error;
    } finally {
      if (entry.isOver) await end(entry);
    }
  }

  function follow(entry: Kept, event: JobEvent): void {
    if (event.type !== 'changed') return;
    const { job } = event;
    if (ended.includes(job.state)) entry.active.delete(job.id);
    else entry.active.add(job.id);
    showBusy();
    if (ended.includes(job.state)) void tell(services, entry.home, job);
  }

  function showBusy(): void {
    const jobs = [...kept.values()].reduce((sum, { active }) => sum + active.size, 0);
    if (jobs === 0) {
      busy?.dispose();
      watching?.dispose();
      busy = watching = undefined;
      return;
    }
    const text = jobs === 1 ? vscode.l10n.t('1 video…') : vscode.l10n.t('{0} videos…', jobs);
    if (busy === undefined) busy = services.status.busy(text);
    else busy.update(text);
    watching ??= services.jobs.watch();
  }

  async function end(entry: Kept): Promise<void> {
    entry.isOver = true;
    entry.active.clear();
    await entry.keeper?.stop();
    await entry.lease?.[Symbol.asyncDispose]();
  }

  /** Keepers work with the settings that they were begun with. */
  async function restart(): Promise<void> {
    const entries = [...kept.values()];
    kept.clear();
    await Promise.all(entries.map(end));
    showBusy();
    await Promise.all(entries.map(({ home }) => keep(home)));
  }

  const settings = vscode.workspace.onDidChangeConfiguration((event) => {
    const isMeant = ['connections', 'videoWindowMinutes'].some((key) => event.affectsConfiguration(`shotlist.${key}`));
    if (isMeant) restart().catch((error: unknown) => services.log.fault(error));
  });

  return {
    keep,
    dispose() {
      settings.dispose();
      const entries = [...kept.values()];
      kept.clear();
      for (const entry of entries) void end(entry);
      showBusy();
    },
  };
}

const ended: readonly Job['state'][] = ['done', 'failed', 'cancelled', 'unknown'];

async function tell(services: Needed, home: vscode.Uri, job: Job): Promise<void> {
  const { tellOfKept } = await import('./tell-of-kept.ts');
  tellOfKept(services, home, job);
}
