/** From an answer to files: facts and names into the journal first, then the bytes, then their final names. */
import { mkdir } from 'node:fs/promises';
import { costFromUsage, estimateImages } from '../catalog/price.ts';
import type { Model } from '../catalog/model.ts';
import type { Environment } from '../environment.ts';
import { ShotlistError } from '../errors.ts';
import type { Cost } from '../generation.ts';
import { assertContained } from '../outputs/containment.ts';
import { describeBytes } from '../outputs/describe.ts';
import { isTaken, removeIfThere, type Disk } from '../outputs/disk.ts';
import type { FreeNames } from '../outputs/free-name.ts';
import { carriesProvenance } from '../outputs/inspect.ts';
import { extensionFits, extensionOf } from '../outputs/media-type.ts';
import { saveRecovered } from '../outputs/recovered.ts';
import { parseSidecar, portablePath, sidecarText } from '../outputs/sidecar.ts';
import { holds, LostBytes, placeOutput, temporaryPath } from '../outputs/write-asset.ts';
import type { Job, Output, ProviderAnswer } from './job.ts';
import type { Journal } from './journal.ts';

export interface Picture {
  readonly bytes: Uint8Array;
  readonly revisedPrompt?: string;
}

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
  /** Goes on with a `downloading` job whose process died. `lost` where bytes are in no file. */
  recover(job: Job): Promise<Job | 'lost'>;
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

  const describe = async (
    job: Job,
    pictures: readonly Picture[],
    answer: ProviderAnswer,
    model: Model,
  ): Promise<Job> => {
    const cost = costOf(job, answer, model);
    const warnings = [...job.warnings];
    const outputs: Output[] = [];
    for (const [index, picture] of pictures.entries()) {
      const described = await describeBytes(picture.bytes, { request: job.request, mime: job.mime });
      const { facts } = described;
      warnings.push(...described.warnings);
      const text = sidecarText({
        workspaceFolder,
        facts,
        request: job.request,
        requestHash: job.requestHash,
        batch: job.batch,
        index: job.index,
        provider: {
          requestId: answer.requestId,
          model: answer.model,
          usage: answer.usage,
          revisedPrompt: picture.revisedPrompt,
        },
        cost,
        carriesProvenance: carriesProvenance(picture.bytes, facts.mime),
        createdAt: clock.now(),
        tool: options.tool,
      });
      const path = await freePath(job, facts.mime);
      outputs.push({
        path,
        temporaryPath: temporaryPath(job.target.folder, job.id, index),
        facts,
        sidecarText: text,
        placed: false,
      });
    }
    return {
      ...job,
      state: 'downloading',
      answer,
      outputs,
      warnings,
      updatedAt: clock.now(),
      ...(cost === undefined ? {} : { cost }),
    };
  };

  return {
    async finish(start, pictures, answer, model) {
      let job = await describe(start, pictures, answer, model);
      let failure: ShotlistError | undefined;
      await journal.recordAnswer(job).catch((error: unknown) => {
        failure = ShotlistError.from(error);
      });
      for (const [index, { bytes }] of pictures.entries()) {
        const output = outputAt(job, index);
        try {
          // what the journal couldn't take doesn't go into the target folder, where nothing would clean it up
          if (failure !== undefined) throw failure;
          await checkFolder(job, job.target.folder);
          await mkdir(job.target.folder, { recursive: true });
          await disk.writeNew(output.temporaryPath, bytes);
          job = await placeOne(job, index);
        } catch (error) {
          log.error(`${output.path} can't be written: ${String(error)}`);
          await removeIfThere(output.temporaryPath).catch(() => undefined);
          try {
            const saved = await saveRecovered(output, bytes, { workspaceFolder, personalFolder, names, disk });
            job = replaceOutput(job, index, saved);
            failure = writeFailed(output.path, saved.path, error);
          } catch (lost) {
            failure = ShotlistError.from(lost);
          }
        }
      }
      return conclude(job, failure);
    },

    async recover(start) {
      let job = start;
      let lost = false;
      for (const index of job.outputs.keys()) {
        const output = outputAt(job, index);
        if (output.placed) continue;
        if ((await isTaken(output.temporaryPath)) && !(await holds(output.temporaryPath, output.facts.sha256))) {
          await removeIfThere(output.temporaryPath);
        }
        try {
          job = await placeOne(job, index);
        } catch (error) {
          if (!(error instanceof LostBytes)) throw error;
          lost = true;
        }
      }
      return lost ? 'lost' : conclude(job, undefined);
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

function outputAt(job: Job, index: number): Output {
  const output = job.outputs[index];
  if (output === undefined) throw new RangeError(`job ${job.id} has no output ${index}`);
  return output;
}

function costOf(job: Job, answer: ProviderAnswer, model: Model): Cost | undefined {
  const fromUsage = costFromUsage(model.price, answer.usage, job.request.parameters);
  if (fromUsage !== undefined) return fromUsage;
  const estimate = estimateImages(model.price, job.request, job.count);
  return estimate === undefined ? undefined : { usd: estimate.usd, basis: 'estimate' };
}

function cannotWrite(folder: string, cause: unknown): ShotlistError {
  return new ShotlistError('write_failed', `Nothing can be written into ${folder}${reasonOf(cause)}.`, {
    hint: 'Check the permissions of the folder and the free space of the disk, or choose another folder.',
    cause,
  });
}

function writeFailed(path: string, savedAs: string, cause: unknown): ShotlistError {
  return new ShotlistError(
    'write_failed',
    `${path} couldn't be written${reasonOf(cause)}; the file was kept as ${savedAs}.`,
    {
      hint: 'Nothing that was paid for is lost: move the file to where you want it.',
      cause,
    },
  );
}

function reasonOf(cause: unknown): string {
  if (ShotlistError.is(cause)) return ` (${cause.message.replace(/\.$/, '')})`;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : '';
}
