/** The work on a job of images: the answer of the paid call holds the pictures, or short-lived links to them. */
import * as z from 'zod';
import { ShotlistError } from '../errors.ts';
import { imageOperationOf } from '../generation.ts';
import type { ImageEvent } from '../providers/provider.ts';
import type { Picture } from './describe-answer.ts';
import { downloadImage } from '../downloads/download.ts';
import type { Gateway } from './gateway.ts';
import type { Job, ProviderAnswer } from './job.ts';
import type { Craft, Piece } from './piece.ts';
import { readWithRetry } from './retry.ts';
import { afterNoAnswer, submit } from './submit.ts';

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

export function makePictures(piece: Piece): Craft {
  const { control, options } = piece;
  const { journal, finisher, environment } = options;
  /** From here on the provider has done its work, whatever goes wrong. */
  let isAnswered = false;

  const send = (gateway: Gateway): Promise<Answer> => {
    const { model, provider, wireModel } = gateway;
    return submit(piece, gateway, (inputs) => {
      if (model.kind !== 'image' || provider.createImages === undefined)
        throw new RangeError(`${model.id} makes no images`);
      const { request, stream } = piece.job;
      const call = {
        request,
        operation: imageOperationOf(request),
        wireModel,
        takesResponseFormat: model.limits.takesResponseFormat,
        stream,
        inputs,
      };
      return collect(provider.createImages(call, gateway.context(control.stop)), (index, bytes) =>
        control.emit({ type: 'partial', job: piece.job, index, bytes }),
      );
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
    const { error: _, ...rest } = piece.job;
    const next: Job = { ...rest, state: 'running', operation: { links }, answer, updatedAt: environment.clock.now() };
    await journal.recordAnswer(next);
    piece.job = next;
    control.emit({ type: 'changed', job: next });
  };

  return {
    async work(gateway) {
      let pictures: Picture[] = [];
      if (piece.job.state === 'queued') {
        const received = await send(gateway);
        isAnswered = true;
        if (received.shortfall !== undefined)
          piece.job = { ...piece.job, warnings: [...piece.job.warnings, shortfallOf(piece.job, received)] };
        pictures = received.contents.flatMap(({ content, revisedPrompt }) =>
          'bytes' in content ? { bytes: content.bytes, ...(revisedPrompt === undefined ? {} : { revisedPrompt }) } : [],
        );
        if (pictures.length < received.contents.length) await recordLinks(received);
        else piece.job = { ...piece.job, answer: received.answer };
      }
      if (piece.job.state === 'running') pictures = [...pictures, ...(await download(gateway, piece.job.operation))];
      const { error: _, ...answered } = piece.job;
      piece.job = await options.write(() => finisher.finish(answered, pictures, answered.answer ?? {}, gateway.model));
    },

    afterFailure(error) {
      const { job } = piece;
      const { error: _, ...plain } = job;
      if (job.state === 'queued' || job.state === 'submitting')
        return afterNoAnswer(piece, error, error.maybeCharged || isAnswered);
      const isStopped = control.noMore.aborted && error.code === 'cancelled';
      // the links stay good for a while
      const mayResume = job.state === 'downloading' || error.retryable || (isStopped && !control.isCancelled());
      return { ...plain, state: mayResume ? job.state : isStopped ? 'cancelled' : 'failed', error: error.toData() };
    },
  };
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
