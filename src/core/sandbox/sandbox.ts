/**
 * The embedded provider: speaks the providers' wire protocols and draws real pictures, with no key and no network. Its
 * `fetch` is handed to an SDK in place of the global one, so that the real SDK and the real provider code run.
 */
import { systemClock, type Clock, type FetchFunction, type Random } from '../environment.ts';
import { createPainter } from './drawing/painter.ts';
import { openaiArea } from './openai/openai.ts';
import { answerRequest, type Area } from './router.ts';

export interface SandboxOptions {
  readonly clock?: Clock;
  /** For request ids and links only: pictures follow from the request. */
  readonly random?: Random;
  /** How long the drawing thread is kept when there is nothing to draw. */
  readonly idleMs?: number;
}

export interface Sandbox {
  /**
   * Answers any request, whatever its origin. Rejects like `fetch`: with the signal's reason when that aborts, with a
   * `TypeError` for a broken connection that a prompt asked for.
   */
  readonly fetch: FetchFunction;
  /** Ends the drawing thread; what is being drawn fails. */
  dispose(): Promise<void>;
}

/** Starts nothing: the drawing thread begins with the first picture, and never keeps an idle process alive. */
export function createSandbox({ clock = systemClock, random = Math.random, idleMs }: SandboxOptions = {}): Sandbox {
  const painter = createPainter(idleMs === undefined ? {} : { idleMs });
  // a protocol is one folder and one line; the last one answers what nobody serves
  const areas: readonly Area[] = [openaiArea({ clock, random, painter })];
  return {
    async fetch(input, init) {
      const form = init?.body instanceof FormData ? init.body : undefined;
      const request = new Request(input, form === undefined ? init : { ...init, body: null });
      request.signal.throwIfAborted();
      return answerRequest(areas, request, form);
    },
    dispose: () => painter.dispose(),
  };
}
