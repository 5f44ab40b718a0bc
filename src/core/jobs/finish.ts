/** From an answer to files: facts and names into the journal first, then the bytes, then their final names. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Model } from '../catalog/model.ts';
import type { Environment } from '../environment.ts';
import { ShotlistError } from '../errors.ts';
import { assertContained } from '../outputs/containment.ts';
import { codeOf, isTaken, removeIfThere, type Disk } from '../outputs/disk.ts';
import type { FreeNames } from '../outputs/free-name.ts';
import type { ClipFile } from '../outputs/inspect-clip.ts';
import { extensionFits, extensionOf } from '../outputs/media-type.ts';
import { saveRecovered } from '../outputs/recovered.ts';
import { parseSidecar, portablePath } from '../outputs/sidecar.ts';
import { holds, LostBytes, placeOutput, temporaryPath, temporaryPrefix } from '../outputs/write-asset.ts';
import { describeAnswer, describeClipAnswer, type AnswerContext, type Picture } from './describe-answer.ts';
import type { Job, Output, ProviderAnswer } from './job.ts';
import { Superseded, type Journal } from '../journal/journal.ts';
import { cannotWrite, writeFailed } from './write-errors.ts';

export interface FinisherOptions {
  readonly journal: Journal;
  readonly workspaceFolder: string;
  readonly personalFolder: string;
  readonly tool: string;
  readonly names: FreeNames;
  readonly disk: Disk;
  readonly environment: Environment;
}

export interface Finisher {
  /**
   * Writes all pictures of an answered job.
   * @returns the job as `done`; as `failed` where a file had to be kept elsewhere, with its error
   */
  finish(job: Job, pictures: readonly Picture[], answer: ProviderAnswer, model: Model): Promise<Job>;
  /**
   * Gives the clip of an answered job, received at `prepare`'s path, its final place.
   * @throws Superseded where another process has the job now; the file is gone then
   * @returns the job as `done`; as `failed` where the file had to be kept elsewhere; as `downloading`, owned by nobody,
   * where nothing took it: it stays where it was received, and recovery places it later. The last two have an error
   */
  finishFile(job: Job, file: ClipFile, answer: ProviderAnswer, model: Model): Promise<Job>;
  /**
   * Makes sure of the folder of a job.
   * @returns where its clip is to be received
   * @throws ShotlistError `outside_workspace`, `write_failed`
   */
  prepare(job: Job): Promise<string>;
  /**
   * Goes on with a `downloading` job whose process died. Where bytes are in no file any more, `refetch` says that
   * the provider still has them (the job is then `running` again), and `lost` that it doesn't; the job then has the
   * outputs that could be saved.
   */
  recover(job: Job): Promise<{ readonly outcome: 'finished' | 'refetch' | 'lost'; readonly job: Job }>;
  /** Makes the folder of a job and writes a file into it, so that it fails before anything is paid for. */
  tryFolder(job: Job): Promise<void>;
}

export function createFinisher(options: FinisherOptions): Finisher {
  const { journal, workspaceFolder, personalFolder, names, disk, environment } = options;
  const { clock, log } = environment;
  const own = { state: 'downloading', owner: journal.self.token } as const;

  const checkFolder = async (job: Job, folder: string): Promise<void> => {
    if (!job.target.chosen) await assertContained(workspaceFolder, folder);
  };
  const replaceOutput = (job: Job, index: number, output: Output): Job => ({
    ...job,
    outputs: job.outputs.map((other, position) => (position === index ? output : other)),
  });
  const freePath = (job: Job, mime: string): Promise<string> => {
    const { folder, stem, extension } = job.target;
    const wanted = extension !== undefined && extensionFits(extension, mime) ? extension : extensionOf(mime);
    return names.next(folder, stem, wanted);
  };

  const writeTemporary = async (job: Job, output: Output, bytes: Uint8Array): Promise<void> => {
    await checkFolder(job, job.target.folder);
    try {
      await disk.writeNew(output.temporaryPath, bytes);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      await mkdir(job.target.folder, { recursive: true });
      await disk.writeNew(output.temporaryPath, bytes);
    }
  };

  const placeOne = async (start: Job, index: number): Promise<Job> => {
    let job = start;
    const placed = await placeOutput(outputAt(job, index), {
      disk,
      checkFolder: (folder) => checkFolder(job, folder),
      moveOn: async (output) => {
        const moved = { ...output, path: await freePath(job, output.facts.mime) };
        job = replaceOutput(job, index, moved);
        await journal.change(job, own, own.owner);
        return moved;
      },
    });
    return replaceOutput(job, index, placed);
  };

  const conclude = async (job: Job, error: ShotlistError | undefined): Promise<Job> => {
    const next: Job = {
      ...job,
      state: error === undefined ? 'done' : 'failed',
      // the sidecars are on disk now
      outputs: job.outputs.map((output) => ({ ...output, sidecarText: '' })),
      updatedAt: clock.now(),
      ...(error === undefined ? {} : { error: error.toData() }),
    };
    const assets = job.outputs
      .filter(({ placed }) => placed)
      .flatMap((output) => {
        const sidecar = parseSidecar(output.sidecarText);
        return sidecar === undefined ? [] : { path: portablePath(workspaceFolder, output.path), sidecar };
      });
    const recorded = journal.change(next, own, undefined, assets);
    // the files are there; a journal that can't be written any more doesn't make that untrue
    await (error === undefined ? recorded : recorded.catch((cause: unknown) => log.error(String(cause))));
    return next;
  };

  /** The whole clip stays where it was received; whoever looks after the job next places it. */
  const leaveReceived = async (job: Job, error: ShotlistError): Promise<Job> => {
    const next: Job = { ...job, error: error.toData(), updatedAt: clock.now() };
    await journal.change(next, own, undefined).catch((cause: unknown) => log.error(String(cause)));
    return next;
  };
  const contextOf = (model: Model): AnswerContext => ({
    model,
    workspaceFolder,
    tool: options.tool,
    now: clock.now(),
    freePath,
  });

  return {
    async finish(start, pictures, answer, model) {
      let job = await describeAnswer(start, pictures, answer, contextOf(model));
      let failure: ShotlistError | undefined;
      const isRecorded = await journal.recordAnswer(job).catch((error: unknown) => {
        failure = ShotlistError.from(error);
      });
      if (isRecorded === false) throw new Superseded();
      // all of them before any gets its name: a process that dies has then placed none or can place all
      const written = await Promise.all(
        pictures.map(({ bytes }, index) => attempt(failure, () => writeTemporary(job, outputAt(job, index), bytes))),
      );
      for (const [index, { bytes }] of pictures.entries()) {
        const output = outputAt(job, index);
        const fault = written[index] ?? (await attempt(undefined, async () => void (job = await placeOne(job, index))));
        if (fault === undefined) continue;
        log.error(`${output.path} can't be written: ${fault.message}`);
        await removeIfThere(output.temporaryPath).catch(() => undefined);
        try {
          const saved = await saveRecovered(output, { bytes }, { workspaceFolder, personalFolder, names, disk });
          job = replaceOutput(job, index, saved);
          failure = writeFailed(output.path, saved.path, fault);
        } catch (lost) {
          failure = ShotlistError.from(lost);
        }
      }
      return conclude(job, failure);
    },

    async finishFile(start, file, answer, model) {
      let job = await describeClipAnswer(start, file, answer, contextOf(model));
      const unrecorded = await attempt(undefined, async () => {
        if (!(await journal.recordAnswer(job))) throw new Superseded();
      });
      if (unrecorded instanceof Superseded) {
        await removeIfThere(file.path);
        throw unrecorded;
      }
      const fault = unrecorded ?? (await attempt(undefined, async () => void (job = await placeOne(job, 0))));
      if (fault === undefined) return conclude(job, undefined);
      const output = outputAt(job, 0);
      log.error(`${output.path} can't be written: ${fault.message}`);
      try {
        const saved = await saveRecovered(
          output,
          { file: file.path },
          { workspaceFolder, personalFolder, names, disk },
        );
        return await conclude(replaceOutput(job, 0, saved), writeFailed(output.path, saved.path, fault));
      } catch (lost) {
        return leaveReceived(job, ShotlistError.from(lost));
      }
    },

    async prepare(job) {
      const { folder } = job.target;
      await checkFolder(job, folder);
      await mkdir(folder, { recursive: true }).catch((error: unknown) => {
        throw cannotWrite(folder, error);
      });
      // the folder that was made may lie elsewhere than its name says
      await checkFolder(job, folder);
      // a process that slept while another took the job over must not touch that one's file
      return join(folder, `${temporaryPrefix(job.id)}${journal.self.token}.tmp`);
    },

    async recover(start) {
      let job = start;
      const traces = await Promise.all(job.outputs.map(traceOf));
      const isAtProvider = job.operation !== undefined;
      const refetch = { outcome: 'refetch' as const, job: { ...job, state: 'running' as const, outputs: [] } };
      // a clip may have been on its way when there was nothing to say of it yet
      const isMissing = traces.length === 0 || traces.includes('lost');
      if (isMissing && isAtProvider && !traces.includes('placed')) return refetch;
      for (const [index, trace] of traces.entries()) {
        if (trace === 'lost' || outputAt(job, index).placed) continue;
        try {
          job = await placeOne(job, index);
        } catch (error) {
          if (!(error instanceof LostBytes)) throw error;
        }
      }
      const outputs = job.outputs.filter((output) => output.placed);
      // what lay there was another job's
      if (outputs.length === 0 && isAtProvider) return refetch;
      if (outputs.length < job.outputs.length) return { outcome: 'lost', job: { ...job, outputs } };
      return { outcome: 'finished', job: await conclude(job, undefined) };
    },

    async tryFolder(job) {
      const { folder } = job.target;
      await checkFolder(job, folder);
      const probe = temporaryPath(folder, job.id, 0);
      try {
        await mkdir(folder, { recursive: true });
        await disk.writeNew(probe, Buffer.from('shotlist'));
      } catch (error) {
        throw cannotWrite(folder, error);
      } finally {
        await removeIfThere(probe).catch(() => undefined);
      }
      // the folder that was made may lie elsewhere than its name says
      await checkFolder(job, folder);
    },
  };
}

/** @returns what went wrong; `earlier` without trying anything where that is given */
async function attempt(earlier: ShotlistError | undefined, task: () => Promise<void>): Promise<Error | undefined> {
  if (earlier !== undefined) return earlier;
  try {
    await task();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : ShotlistError.from(error);
  }
}

/** How far an output got. What is left of a file that was being written is removed. */
async function traceOf(output: Output): Promise<'placed' | 'written' | 'lost'> {
  if (output.placed) return 'placed';
  const { sha256 } = output.facts;
  if (await isTaken(output.temporaryPath)) {
    if (await holds(output.temporaryPath, sha256)) return 'written';
    await removeIfThere(output.temporaryPath);
    return 'lost';
  }
  return (await holds(output.path, sha256)) ? 'placed' : 'lost';
}

function outputAt(job: Job, index: number): Output {
  const output = job.outputs[index];
  if (output === undefined) throw new RangeError(`job ${job.id} has no output ${index}`);
  return output;
}
