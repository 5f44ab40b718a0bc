/** What an answer becomes: a job with facts, names, sidecars and cost, ready for the journal. */
import { estimateRequest } from '../catalog/estimate.ts';
import { costFromUsage } from '../catalog/price.ts';
import type { Model } from '../catalog/model.ts';
import type { AssetFacts, Cost } from '../generation.ts';
import { describeBytes, describeClip } from '../outputs/describe.ts';
import type { ClipFile } from '../outputs/inspect-clip.ts';
import { carriesProvenance } from '../outputs/inspect.ts';
import { sidecarText } from '../outputs/sidecar.ts';
import { temporaryPath } from '../outputs/write-asset.ts';
import type { Job, Output, ProviderAnswer } from './job.ts';

export interface Picture {
  readonly bytes: Uint8Array;
  readonly revisedPrompt?: string;
}

export interface AnswerContext {
  readonly model: Model;
  readonly workspaceFolder: string;
  readonly tool: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** A path that nothing has yet, for a file of that type. */
  readonly freePath: (job: Job, mime: string) => Promise<string>;
}

/** The job as `downloading`. What differs from what was asked for is among its warnings. */
export async function describeAnswer(
  job: Job,
  pictures: readonly Picture[],
  answer: ProviderAnswer,
  context: AnswerContext,
): Promise<Job> {
  const warnings: string[] = [];
  const outputs: Output[] = [];
  for (const [index, { bytes, revisedPrompt }] of pictures.entries()) {
    const described = await describeBytes(bytes, { request: job.request, mime: job.mime });
    warnings.push(...described.warnings);
    const { facts } = described;
    const c2pa = carriesProvenance(bytes, facts.mime);
    outputs.push(await describeOutput(job, index, { facts, revisedPrompt, c2pa }, answer, context));
  }
  return answered(job, outputs, warnings, answer, context);
}

/** The same for a clip that is on disk already. */
export async function describeClipAnswer(
  job: Job,
  file: ClipFile,
  answer: ProviderAnswer,
  context: AnswerContext,
): Promise<Job> {
  const { facts, warnings } = describeClip(file, { request: job.request, mime: job.mime }, context.model);
  const output = await describeOutput(job, 0, { facts, c2pa: file.clip.c2pa }, answer, context);
  return answered(job, [{ ...output, temporaryPath: file.path }], warnings, answer, context);
}

interface Result {
  readonly facts: AssetFacts;
  readonly revisedPrompt?: string | undefined;
  /** Whether it carries a C2PA manifest. */
  readonly c2pa: boolean;
}

async function describeOutput(
  job: Job,
  index: number,
  { facts, revisedPrompt, c2pa }: Result,
  answer: ProviderAnswer,
  { model, workspaceFolder, tool, now, freePath }: AnswerContext,
): Promise<Output> {
  const { requestId, model: servedModel, usage, provenance } = answer;
  return {
    path: await freePath(job, facts.mime),
    temporaryPath: temporaryPath(job.target.folder, job.id, index),
    facts,
    sidecarText: sidecarText({
      workspaceFolder,
      facts,
      request: job.request,
      requestHash: job.requestHash,
      batch: job.batch,
      index: job.index,
      from: job.from,
      provider: {
        operation: answer.operation ?? job.operation,
        requestId,
        model: servedModel,
        usage,
        revisedPrompt,
      },
      cost: costOf(job, answer, model),
      carriesProvenance: c2pa,
      provenance,
      createdAt: now,
      tool,
    }),
    placed: false,
  };
}

function answered(
  job: Job,
  outputs: Output[],
  warnings: readonly string[],
  answer: ProviderAnswer,
  { model, now }: AnswerContext,
): Job {
  const cost = costOf(job, answer, model);
  return {
    ...job,
    state: 'downloading',
    answer,
    outputs,
    // a job that is fetched once more has been warned of the same
    warnings: [...new Set([...job.warnings, ...warnings])],
    updatedAt: now,
    ...(cost === undefined ? {} : { cost }),
  };
}

function costOf(job: Job, answer: ProviderAnswer, model: Model): Cost | undefined {
  const fromUsage =
    model.kind === 'image' ? costFromUsage(model.price, answer.usage, job.request.parameters) : undefined;
  if (fromUsage !== undefined) return fromUsage;
  const estimate = estimateRequest(model, job.request, job.count);
  return estimate === undefined ? undefined : { usd: estimate.usd, basis: 'estimate' };
}
