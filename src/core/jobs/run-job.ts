/** One job from the queue to its files: exactly one paid call. */
import type { Environment } from '../environment.ts';
import { ShotlistError } from '../errors.ts';
import { imageOperationOf } from '../generation.ts';
import type { ImageEvent } from '../providers/provider.ts';
import * as z from 'zod';
import { downloadImage } from './download.ts';
import type { Picture } from './describe-answer.ts';
import type { Finisher } from './finish.ts';
import type { Gateway, Gateways } from './gateway.ts';
import { loadInput } from '../planning/inputs.ts';
import type { Job, JobEvent, ProviderAnswer } from './job.ts';
import type { Journal } from './journal.ts';
import { chargedOrNot } from './recovery.ts';
import { createWithRetry, readWithRetry } from './retry.ts';

export interface RunJobOptions {
  readonly journal: Journal;
  readonly gateways: Gateways;
  readonly finisher: Finisher;
  readonly environment: Environment;
  /** Writes wait here, so that answers don't pile up in memory when the disk is slow. */
  readonly write: <Result>(task: () => Promise<Result>) => Promise<Result>;
  /** Resolves when there is room for another answer. */
  readonly room: () => Promise<void>;
}

export interface JobControl {
  /** Nothing new is sent once this aborts. */
  readonly noMore: AbortSignal;
  /** What is under way stops. */
  readonly stop: AbortSignal;
  /** Whether the person took this very job out. */
  readonly isCancelled: () => boolean;
  readonly emit: (event: JobEvent) => void;
}

interface Answer {
  readonly contents: readonly Extract<ImageEvent, { type: 'completed' }>[];
  readonly answer: ProviderAnswer;
  /** Why there are fewer pictures than asked for. */
  readonly shortfall?: ShotlistError;
}

/** The links of a job in the state `running`. */
const linksSchema = z.object({
  links: z.array(z.object({ url: z.string(), revisedPrompt: z.string().optional() })).min(1),
});

/** Somebody else changed the job: it is theirs now. */
class Superseded extends Error {}

/** Runs a job owned by this process; what goes wrong is in the job that comes back. */
export async function runJob(start: Job, options: RunJobOptions, control: JobControl): Promise<Job> {
  const { journal, gateways, finisher, environment } = options;
  const { clock } = environment;
  const self = journal.self.token;
  let job = start;
  /** From here on the provider has done its work, whatever goes wrong. */
  let isAnswered = false;

  const moveTo = async (next: Job, owner: string | undefined): Promise<void> => {
    const dated = { ...next, updatedAt: clock.now() };
    if (!(await journal.change(dated, { state: job.state, owner: self }, owner))) throw new Superseded();
    job = dated;
    control.emit({ type: 'changed', job });
  };

  const sendOnce = async (gateway: Gateway, inputs: readonly Uint8Array[]): Promise<Answer> => {
    const { model, provider } = gateway;
    if (model.kind !== 'image' || provider.createImages === undefined)
      throw new RangeError(`${model.id} makes no images`);
    await options.room();
    if (control.noMore.aborted) throw new ShotlistError('cancelled', 'Nothing more is sent.');
    if (job.state === 'queued') await moveTo({ ...job, state: 'submitting' }, self);
    const call = {
      request: job.request,
      operation: imageOperationOf(job.request),
      wireModel: gateway.wireModel,
      takesResponseFormat: model.limits.takesResponseFormat,
      stream: job.stream,
      inputs,
    };
    return collect(provider.createImages(call, gateway.context(control.stop)), (index, bytes) =>
      control.emit({ type: 'partial', job, index, bytes }),
    );
  };

  const send = async (gateway: Gateway): Promise<Answer> => {
    // read late, so that a thousand queued edits don't hold their pictures
    const takeTurn = (): Promise<Answer> =>
      gateway.limiter.run(async () => sendOnce(gateway, await Promise.all(job.request.inputs.map(loadInput))), {
        signal: control.noMore,
        onWait: (untilMs) =>
          control.emit({ type: 'waiting', job, reason: 'The limit of requests is reached.', untilMs }),
      });
    return createWithRetry(takeTurn, {
      environment,
      signal: control.noMore,
      onWait: ({ waitMs, error }) =>
        control.emit({ type: 'waiting', job, reason: error.message, untilMs: clock.now() + waitMs }),
    });
  };

  const download = async (gateway: Gateway, operation: unknown): Promise<Picture[]> => {
    const { links } = linksSchema.parse(operation);
    const context = { ...gateway.context(control.stop), keyHeaders: gateway.keyHeaders };
    return Promise.all(
      links.map(async ({ url, revisedPrompt }) => ({
        bytes: await readWithRetry(() => downloadImage(url, context), { environment, signal: control.stop }),
        ...(revisedPrompt === undefined ? {} : { revisedPrompt }),
      })),
    );
  };

  /** Links are worth as much as the pictures, so they are recorded before they are fetched. */
  const recordLinks = async ({ contents, answer }: Answer): Promise<void> => {
    const links = contents.flatMap(({ content, revisedPrompt }) =>
      'url' in content ? { url: content.url, ...(revisedPrompt === undefined ? {} : { revisedPrompt }) } : [],
    );
    const { error: _, ...rest } = job;
    const next: Job = { ...rest, state: 'running', operation: { links }, answer, updatedAt: clock.now() };
    await journal.recordAnswer(next);
    job = next;
    control.emit({ type: 'changed', job });
  };

  try {
    const gateway = await gateways.open(job);
    let pictures: Picture[] = [];
    if (job.state === 'queued') {
      const received = await send(gateway);
      isAnswered = true;
      if (received.shortfall !== undefined) job = { ...job, warnings: [...job.warnings, shortfallOf(job, received)] };
      pictures = received.contents.flatMap(({ content, ...rest }) =>
        'bytes' in content
          ? { bytes: content.bytes, ...(rest.revisedPrompt === undefined ? {} : { revisedPrompt: rest.revisedPrompt }) }
          : [],
      );
      if (pictures.length < received.contents.length) await recordLinks(received);
      else job = { ...job, answer: received.answer };
    }
    if (job.state === 'running') pictures = [...pictures, ...(await download(gateway, job.operation))];
    const { error: _, ...answered } = job;
    job = await options.write(() => finisher.finish(answered, pictures, answered.answer ?? {}, gateway.model));
    for (const message of job.warnings) control.emit({ type: 'warning', job, message });
    control.emit({ type: 'changed', job });
    return job;
  } catch (error) {
    if (!(error instanceof Superseded)) {
      try {
        const next = afterFailure(job, ShotlistError.from(error), isAnswered, control);
        await moveTo(next, undefined);
        return job;
      } catch (failure) {
        if (!(failure instanceof Superseded)) {
          environment.log.error(`Job ${job.id} could not be recorded: ${String(failure)}`);
          return { ...job, error: ShotlistError.from(error).toData() };
        }
      }
    }
    const entry = await journal.find(job.id).catch(() => undefined);
    return entry?.job ?? job;
  }
}

/** What becomes of a job after an error; nobody owns it then. */
function afterFailure(job: Job, error: ShotlistError, isAnswered: boolean, control: JobControl): Job {
  const { error: _, ...plain } = job;
  if (job.state === 'submitting' && (error.maybeCharged || isAnswered)) {
    const known = error.toData();
    return { ...plain, state: 'unknown', error: { ...known, ...mayBeCharged(known.message) } };
  }
  const isStopped = control.noMore.aborted && error.code === 'cancelled';
  if (job.state === 'queued' || job.state === 'submitting') {
    if (isStopped && !control.isCancelled()) return { ...plain, state: 'queued' };
    return { ...plain, state: isStopped ? 'cancelled' : 'failed', error: error.toData() };
  }
  // the links stay good for a while
  const mayResume = job.state === 'downloading' || error.retryable || (isStopped && !control.isCancelled());
  return { ...plain, state: mayResume ? job.state : isStopped ? 'cancelled' : 'failed', error: error.toData() };
}

function mayBeCharged(message: string): { message: string; hint: string } {
  const { hint = '' } = chargedOrNot('');
  return { message: /charged/i.test(message) ? message : `${message} It may have been charged.`, hint };
}

function shortfallOf(job: Job, { contents, shortfall }: Answer): string {
  return `Only ${contents.length} of ${job.count} pictures came: ${shortfall?.message ?? ''}`;
}

/** All events of a call; pictures that came before a fault are kept. */
async function collect(
  events: AsyncIterable<ImageEvent>,
  onPartial: (index: number, bytes: Uint8Array) => void,
): Promise<Answer> {
  const contents: Extract<ImageEvent, { type: 'completed' }>[] = [];
  let answer: ProviderAnswer = {};
  try {
    for await (const event of events) {
      if (event.type === 'partial') onPartial(event.index, event.bytes);
      else if (event.type === 'completed') contents.push(event);
      else {
        const { type: _, ...rest } = event;
        answer = rest;
      }
    }
  } catch (error) {
    if (contents.length === 0) throw error;
    return { contents, answer, shortfall: ShotlistError.from(error) };
  }
  return { contents, answer };
}
