/** The story of a new clip, from what is asked for and the clip that it starts from. */
import type { Chapter } from '../drawing/clip/clip-order.ts';
import { readClipFacts } from '../drawing/clip/mp4-boxes.ts';
import { readStory } from '../drawing/clip/story.ts';
import { secondsOf, type VideoJob } from './video-job.ts';

/** A picture as bytes, or by the name under which the sandbox keeps it. */
export type StoryPicture = Uint8Array | string;

/** An earlier clip, of a job or handed over as a file. */
export interface EarlierClip {
  readonly width: number;
  readonly height: number;
  readonly chapters: readonly Chapter<StoryPicture>[];
  /** Id of its job. */
  readonly id?: string;
}

export interface NewChapter {
  /** Without directives. */
  readonly prompt: string;
  readonly model: string;
  readonly size: string;
  readonly seconds: number;
  readonly seed?: number;
  readonly firstFrame?: StoryPicture;
  readonly lastFrame?: StoryPicture;
  readonly references?: readonly StoryPicture[];
}

export function newChapter(ask: NewChapter): Chapter<StoryPicture> {
  const { prompt, seconds, firstFrame, lastFrame, references = [] } = ask;
  return {
    prompt,
    seed: ask.seed === undefined ? prompt : `${prompt} #${ask.seed}`,
    seconds,
    notes: notesOf(ask.model, ask.size, seconds),
    references,
    ...(firstFrame === undefined ? {} : { firstFrame }),
    ...(lastFrame === undefined ? {} : { lastFrame }),
  };
}

/** The clip's chapters told again under another prompt. */
export function retell(
  earlier: EarlierClip,
  action: 'remix' | 'edit',
  { prompt, model, size }: Pick<NewChapter, 'prompt' | 'model' | 'size'>,
): Chapter<StoryPicture>[] {
  return earlier.chapters.map((chapter) => ({
    prompt,
    seed: action === 'remix' ? chapter.seed : `${chapter.seed} ${prompt}`,
    seconds: chapter.seconds,
    notes: notesOf(
      `${model} (${action})`,
      size,
      secondsOf({ chapters: [...earlier.chapters] as VideoJob['chapters'] }),
    ),
    references: [],
    earlier: { action, chapter },
  }));
}

/** `undefined` where the file is no clip. A clip of somebody else's can't be shown: another scene stands for it. */
export function clipOfFile(file: Uint8Array, hash: string): EarlierClip | undefined {
  const facts = readClipFacts(file);
  if (facts === undefined) return undefined;
  const even = (edge: number): number => Math.min(4096, Math.max(2, 2 * Math.round(edge / 2)));
  return {
    width: even(facts.width),
    height: even(facts.height),
    chapters: readStory(file) ?? [
      {
        prompt: 'Uploaded clip',
        seed: hash,
        seconds: Math.min(120, facts.seconds),
        notes: ['Shotlist sandbox', hash.slice(0, 8)],
        references: [],
      },
    ],
  };
}

export function clipOfJob({ id, width, height, chapters }: VideoJob): EarlierClip {
  return { id, width, height, chapters };
}

function notesOf(model: string, size: string, seconds: number): string[] {
  return ['Shotlist sandbox', model.slice(0, 150), size, `${Math.round(seconds * 100) / 100} s`];
}
