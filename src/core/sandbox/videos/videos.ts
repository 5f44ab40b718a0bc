/** Video jobs of every protocol: created, looked up, drawn. */
import { createHash } from 'node:crypto';
import type { Clock, Random } from '../../environment.ts';
import type { Protocol } from '../../generation.ts';
import { parseDirectives, type Phase } from '../directives.ts';
import type { Chapter, ClipOrder, ClipOutput } from '../drawing/clip/clip-order.ts';
import { mapPictures } from '../drawing/clip/story.ts';
import { UndrawableError, type Painter } from '../drawing/painter.ts';
import type { StateFolder } from './state-folder.ts';
import { stateOf, type JobState, type VideoJob } from './video-job.ts';

export interface VideoAsk {
  readonly protocol: Protocol;
  /** Begins the id of the job: `video`. */
  readonly idPrefix: string;
  readonly model: string;
  /** With directives. */
  readonly prompt: string;
  readonly width: number;
  readonly height: number;
  readonly chapters: readonly Chapter<Uint8Array | string>[];
  readonly from?: string;
  readonly wire?: Readonly<Record<string, unknown>>;
  /** How long it works where the prompt doesn't say; short for people who try things out. */
  readonly usualWorkMs?: number;
}

export interface Videos {
  create(ask: VideoAsk): Promise<VideoJob>;
  find(protocol: Protocol, id: string): Promise<VideoJob | undefined>;
  /** Newest first. */
  list(protocol: Protocol): Promise<VideoJob[]>;
  remove(job: VideoJob): Promise<boolean>;
  cancel(job: VideoJob): Promise<VideoJob>;
  state(job: VideoJob): JobState;
  /** The fault that is due for this call, if any, which then counts as happened. */
  fault(job: VideoJob, phase: Phase): Promise<string | undefined>;
  /** The job's story with its pictures. */
  chapters(job: VideoJob): Promise<Chapter<Uint8Array>[]>;
  /** The clip, its thumbnail or its spritesheet; drawn on the first call. Throws `UndrawableError`. */
  file(job: VideoJob, output: ClipOutput, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** Resolves when the job has ended. */
  settled(job: VideoJob, signal: AbortSignal): Promise<void>;
}

export interface VideosOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly painter: Painter;
  readonly folder: StateFolder;
}

const shortWorkMs = 3_000;
const idDigits = 24;

export function createVideos({ clock, random, painter, folder }: VideosOptions): Videos {
  const drawing = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  // what is drawn is of use for the next caller too: only the end of the sandbox ends it
  const never = new AbortController().signal;

  const draw = async (order: ClipOrder, name: string): Promise<Uint8Array<ArrayBuffer>> => {
    for await (const { bytes } of painter.draw(order, 'bytes', never)) {
      await folder.keepDrawn(name, bytes);
      return bytes;
    }
    throw new Error('The painter drew nothing.');
  };
  const newId = (prefix: string, attempt: number): string => {
    const digits = Array.from({ length: idDigits }, () => Math.floor(random() * 36).toString(36)).join('');
    return `${prefix}_${digits}${attempt === 0 ? '' : attempt.toString(36)}`;
  };

  return {
    async create(ask) {
      const { protocol, idPrefix, model, prompt, width, height, chapters, from, wire = {} } = ask;
      const stored = await Promise.all(
        chapters.map((chapter) =>
          mapPictures(chapter, async (picture) => (typeof picture === 'string' ? picture : folder.keepInput(picture))),
        ),
      );
      const { workMs = ask.usualWorkMs ?? shortWorkMs } = parseDirectives(prompt);
      for (let attempt = 0; ; attempt++) {
        const job: VideoJob = {
          version: 1,
          id: newId(idPrefix, attempt),
          protocol,
          model,
          prompt,
          createdAt: Math.round(clock.now()),
          workMs,
          width,
          height,
          chapters: stored,
          happened: {},
          wire: { ...wire },
          ...(from === undefined ? {} : { from }),
        };
        if (await folder.add(job)) return job;
      }
    },
    async find(protocol, id) {
      const job = await folder.find(id);
      return job?.protocol === protocol ? job : undefined;
    },
    list: async (protocol) => (await folder.list()).filter((job) => job.protocol === protocol),
    remove: ({ id }) => folder.remove(id),
    async cancel(job) {
      if (stateOf(job, clock.now()).finishedAt !== undefined) return job;
      const cancelled = { ...job, cancelledAt: Math.round(clock.now()) };
      await folder.replace(cancelled);
      return cancelled;
    },
    state: (job) => stateOf(job, clock.now()),
    async fault(job, phase) {
      for (const { name, times } of parseDirectives(job.prompt).later[phase]) {
        if (times === Infinity) return name;
        const key = `${phase}:${name}`;
        // another process may have counted on
        const current = (await folder.find(job.id)) ?? job;
        const count = current.happened[key] ?? 0;
        if (count >= times) continue;
        await folder.replace({ ...current, happened: { ...current.happened, [key]: count + 1 } });
        return name;
      }
      return undefined;
    },
    chapters: (job) => readChapters(job.chapters),
    async file({ width, height, chapters }, output, signal) {
      const name = createHash('sha256')
        .update(JSON.stringify([drawnVersion, output, width, height, chapters]))
        .digest('hex');
      const known = await folder.readDrawn(name);
      signal.throwIfAborted();
      if (known !== undefined) return known;
      const running =
        drawing.get(name) ??
        readChapters(chapters)
          .then((read) => draw({ output, width, height, chapters: read }, name))
          .finally(() => drawing.delete(name));
      drawing.set(name, running);
      return withSignal(running, signal);
    },
    async settled(job, signal) {
      const { ending } = parseDirectives(job.prompt);
      if (ending === 'never') await withSignal(new Promise<never>(() => {}), signal);
      const left = job.createdAt + job.workMs - clock.now();
      if (left > 0) await clock.sleep(left, signal);
    },
  };

  function readChapters(chapters: VideoJob['chapters']): Promise<Chapter<Uint8Array>[]> {
    return Promise.all(chapters.map((chapter) => mapPictures(chapter, readInput)));
  }

  async function readInput(name: string): Promise<Uint8Array> {
    const bytes = await folder.readInput(name);
    if (bytes === undefined) throw new UndrawableError(`The sandbox no longer has the input ${name}.`);
    return bytes;
  }
}

/** Changes when clips come to look different, so that none of an older look is taken from the folder. */
const drawnVersion = 1;

function withSignal<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
