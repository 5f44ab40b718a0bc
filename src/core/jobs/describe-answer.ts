/** What an answer becomes: a job with facts, names, sidecars and cost, ready for the journal. */
import { estimateRequest } from '../catalog/estimate.ts';
import { costFromUsage } from '../catalog/price.ts';
import type { Model } from '../catalog/model.ts';
import type { Cost } from '../generation.ts';
import { describeBytes } from '../outputs/describe.ts';
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
  { model, workspaceFolder, tool, now, freePath }: AnswerContext,
): Promise<Job> {
  const cost = costOf(job, answer, model);
  const warnings = [...job.warnings];
  const outputs: Output[] = [];
  for (const [index, { bytes, revisedPrompt }] of pictures.entries()) {
    const described = await describeBytes(bytes, { request: job.request, mime: job.mime });
    const { facts } = described;
    warnings.push(...described.warnings);
    const { requestId, model: servedModel, usage } = answer;
    outputs.push({
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
        provider: { requestId, model: servedModel, usage, revisedPrompt },
        cost,
        carriesProvenance: carriesProvenance(bytes, facts.mime),
        createdAt: now,
        tool,
      }),
      placed: false,
    });
  }
  const described: Job = { ...job, state: 'downloading', answer, outputs, warnings, updatedAt: now };
  return cost === undefined ? described : { ...described, cost };
}

function costOf(job: Job, answer: ProviderAnswer, model: Model): Cost | undefined {
  const fromUsage =
    model.kind === 'image' ? costFromUsage(model.price, answer.usage, job.request.parameters) : undefined;
  if (fromUsage !== undefined) return fromUsage;
  const estimate = estimateRequest(model, job.request, job.count);
  return estimate === undefined ? undefined : { usd: estimate.usd, basis: 'estimate' };
}
