/** Has pictures and clips drawn in a thread of their own, so that the thread of the editor stays free. */
import { Worker } from 'node:worker_threads';
import type { DrawnFile } from './order.ts';
import type { PainterAnswer, PainterTask } from './painter-messages.ts';

export interface PainterOptions {
  /** How long the thread is kept when there is nothing to draw. */
  readonly idleMs?: number;
}

export interface Painter {
  /**
   * The files of an order as they are made: unfinished ones first, the finished one last. Orders are drawn one after the
   * other. Throws `UndrawableError` where an input file can't be decoded, the signal's reason when it aborts.
   */
  draw(order: PainterTask['order'], encoding: PainterTask['encoding'], signal: AbortSignal): AsyncIterable<DrawnFile>;
  /** Ends the thread; what is being drawn fails. */
  dispose(): Promise<void>;
}

/** An input file that looked right and can't be decoded, or is gone. */
export class UndrawableError extends Error {
  override readonly name = 'UndrawableError';
}

const defaultIdleMs = 20_000;

interface Waiting {
  readonly task: PainterTask;
  receive(answer: PainterAnswer): void;
  fail(error: Error): void;
}

/** The thread is started by the first order. It keeps the process alive only while it draws. */
export function createPainter({ idleMs = defaultIdleMs }: PainterOptions = {}): Painter {
  const queue: Waiting[] = [];
  let current: Waiting | undefined;
  let worker: Worker | undefined;
  let idleTimer: NodeJS.Timeout | undefined;
  let lastId = 0;

  const startWorker = (): Worker => {
    const name = import.meta.url.endsWith('.ts') ? './draw-worker.ts' : './draw-worker.js';
    // flags of this process, for example --input-type, are not meant for the thread
    const started = new Worker(new URL(name, import.meta.url), { name: 'shotlist sandbox painter', execArgv: [] });
    const lost = (error: Error): void => {
      if (worker !== started) return;
      worker = undefined;
      const interrupted = current;
      current = undefined;
      interrupted?.fail(error);
      next();
    };
    started.on('message', (answer: PainterAnswer) => receive(answer));
    started.on('error', lost);
    started.on('exit', () => lost(new Error('The thread that draws has ended.')));
    return started;
  };

  const endWorker = async (): Promise<void> => {
    clearTimeout(idleTimer);
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };

  const receive = (answer: PainterAnswer): void => {
    if (current?.task.id !== answer.id) return;
    current.receive(answer);
    if (answer.type === 'file') return;
    current = undefined;
    next();
  };

  const next = (): void => {
    if (current !== undefined) return;
    current = queue.shift();
    if (current !== undefined) {
      clearTimeout(idleTimer);
      worker ??= startWorker();
      worker.ref();
      worker.postMessage(current.task, []);
      return;
    }
    worker?.unref();
    clearTimeout(idleTimer);
    idleTimer = setTimeout(() => void endWorker(), idleMs).unref();
  };

  return {
    async *draw(order, encoding, signal) {
      const answers: PainterAnswer[] = [];
      let failure: Error | undefined;
      let wake: () => void = () => {};
      const fail = (error: Error): void => {
        failure = error;
        wake();
      };
      const waiting: Waiting = {
        task: { id: ++lastId, order, encoding },
        receive: (answer) => {
          answers.push(answer);
          wake();
        },
        fail,
      };
      const onAbort = (): void => fail(signal.reason as Error);
      signal.throwIfAborted();
      signal.addEventListener('abort', onAbort, { once: true });
      queue.push(waiting);
      next();
      try {
        for (;;) {
          if (failure !== undefined) throw failure;
          const answer = answers.shift();
          if (answer === undefined) await new Promise<void>((resolve) => (wake = resolve));
          else if (answer.type === 'file') yield answer.file;
          else if (answer.type === 'failed') throw new UndrawableError(answer.message);
          else return;
        }
      } finally {
        signal.removeEventListener('abort', onAbort);
        const place = queue.indexOf(waiting);
        if (place !== -1) queue.splice(place, 1);
      }
    },
    async dispose() {
      const ended = new Error('The sandbox was closed.');
      for (const waiting of queue.splice(0)) waiting.fail(ended);
      const interrupted = current;
      current = undefined;
      await endWorker();
      interrupted?.fail(ended);
    },
  };
}
