/**
 * The embedded provider: speaks the providers' wire protocols and draws real pictures and clips, with no key and no network. Its
 * `fetch` is handed to an SDK in place of the global one, so that the real SDK and the real provider code run.
 */
import { systemClock, type Clock, type FetchFunction, type Random } from '../environment.ts';
import { createPainter } from './drawing/painter.ts';
import { geminiArea } from './gemini/gemini.ts';
import { openaiArea } from './openai/openai.ts';
import { answerRequest, type Area } from './router.ts';
import { vertexArea } from './vertex/vertex.ts';
import { createStateFolder } from './videos/state-folder.ts';
import { createVideos } from './videos/videos.ts';

export interface SandboxOptions {
  readonly clock?: Clock;
  /** For ids and links only: pictures and clips follow from the request. */
  readonly random?: Random;
  /** How long the drawing thread is kept when there is nothing to draw. */
  readonly idleMs?: number;
  /**
   * Where video jobs and their clips lie, so that other processes find them; made on first use. Without it they lie in a
   * folder of their own, which is removed with the sandbox.
   */
  readonly stateFolder?: string;
}

export interface Sandbox {
  /**
   * Answers any request, whatever its origin. Rejects like `fetch`: with the signal's reason when that aborts, with a
   * `TypeError` for a broken connection that a prompt asked for.
   */
  readonly fetch: FetchFunction;
  /** Ends the drawing thread; what is being drawn fails. Removes the state folder where none was given. */
  dispose(): Promise<void>;
}

/** Starts nothing: the drawing thread begins with the first picture, and never keeps an idle process alive. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const { clock = systemClock, random = Math.random, idleMs, stateFolder } = options;
  const painter = createPainter(idleMs === undefined ? {} : { idleMs });
  const folder = createStateFolder(stateFolder, clock);
  const videos = createVideos({ clock, random, painter, folder });
  // a protocol is one folder and one line; the last one answers what nobody serves
  const areas: readonly Area[] = [
    vertexArea({ clock, videos }),
    geminiArea({ clock, videos, painter }),
    openaiArea({ clock, random, painter, videos }),
  ];
  return {
    async fetch(input, init) {
      const form = init?.body instanceof FormData ? init.body : undefined;
      const request = new Request(input, form === undefined ? init : { ...init, body: null });
      request.signal.throwIfAborted();
      return answerRequest(areas, request, form);
    },
    async dispose() {
      await painter.dispose();
      await folder.dispose();
    },
  };
}
