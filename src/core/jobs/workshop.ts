/** Journal, writer and runner of a workspace, opened when the first job needs them. */
import { ShotlistError } from '../errors.ts';
import { systemDisk, type Disk } from '../outputs/disk.ts';
import { createFreeNames, type FreeNames } from '../outputs/free-name.ts';
import type { PipelineOptions } from '../pipeline.ts';
import { createFinisher, type Finisher } from './finish.ts';
import type { Gateways } from './gateway.ts';
import type { Journal } from '../journal/journal.ts';
import { openJournal } from '../journal/open-journal.ts';
import { settleDeadOwners, type RecoveryOptions } from './recovery.ts';
import { createRunner, type Runner } from './runner.ts';
import { hasDatabase } from '../journal/state-folder.ts';

export interface Workshop {
  readonly journal: Journal;
  readonly gateways: Gateways;
  readonly finisher: Finisher;
  readonly runner: Runner;
  readonly recovery: RecoveryOptions;
  /** What went wrong while opening, to be shown with the next result. */
  readonly warnings: readonly string[];
}

export interface Workshops {
  readonly options: PipelineOptions;
  readonly disk: Disk;
  readonly names: FreeNames;
  /** Opens the journal, making it where there is none. @throws ShotlistError as `openJournal` */
  open(): Promise<Workshop>;
  /** Opens it, and settles what dead processes left. */
  openSettled(): Promise<Workshop>;
  /** Undefined where this workspace has no journal yet. */
  openExisting(): Promise<Workshop | undefined>;
  /** The task is called, and awaited, before everything is closed. @returns what makes it forgotten */
  onClose(task: () => void | Promise<void>): () => void;
  close(): Promise<void>;
}

const usualWindowMinutes = 30;

export function createWorkshops(options: PipelineOptions, gateways: Gateways): Workshops {
  let opening: Promise<Workshop> | undefined;
  let closed = false;
  const disk = options.disk ?? systemDisk;
  const names = createFreeNames();
  const closing = new Set<() => void | Promise<void>>();
  const { environment, personalFolder, tool } = options;
  const workspaceFolder = options.workspace.folder;
  const videoWindowMs = (options.defaults?.videoWindowMinutes ?? usualWindowMinutes) * 60_000;

  const make = async (): Promise<Workshop> => {
    const warnings: string[] = [];
    const warn = (message: string): void => {
      environment.log.warn(message);
      warnings.push(message);
    };
    const journal = await openJournal({ workspaceFolder, personalFolder, environment, warn });
    const finisher = createFinisher({
      journal,
      workspaceFolder,
      personalFolder,
      tool,
      names,
      disk,
      environment,
    });
    return {
      journal,
      gateways,
      finisher,
      runner: createRunner({ journal, gateways, finisher, environment, videoWindowMs }),
      recovery: { journal, finisher, workspaceFolder, environment },
      warnings,
    };
  };
  const open = async (): Promise<Workshop> => {
    if (closed) throw new ShotlistError('cancelled', 'Shotlist is closing.');
    opening ??= make();
    try {
      return await opening;
    } catch (error) {
      // the next attempt may find it mended
      opening = undefined;
      throw error;
    }
  };

  return {
    options,
    disk,
    names,
    open,
    async openSettled() {
      const workshop = await open();
      await settleDeadOwners(workshop.recovery);
      return workshop;
    },
    async openExisting() {
      return opening !== undefined || (await hasDatabase(workspaceFolder)) ? open() : undefined;
    },
    onClose(task) {
      closing.add(task);
      return () => closing.delete(task);
    },
    async close() {
      if (closed) return;
      closed = true;
      for (const task of closing) await task();
      const workshop = await opening?.catch(() => undefined);
      await workshop?.runner.stop();
      await workshop?.journal.close();
      await gateways.dispose();
    },
  };
}
