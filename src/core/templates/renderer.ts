/** Renders templates, one at a time, in a worker with limits. */
import { Worker } from 'node:worker_threads';
import { ShotlistError } from '../errors.ts';
import type { RenderAnswer, RenderRequest, RenderTask, Rendered } from './render-messages.ts';

export interface RendererOptions {
  /** How long a rendering may take once the worker runs. */
  readonly timeoutMs?: number;
  /** Memory for everything that templates make. */
  readonly memoryMb?: number;
  /** Characters that a rendered text may have. */
  readonly maxLength?: number;
}

export interface Renderer {
  /**
   * The text of a template. Rejects with `template_error`, which has a `location` where the fault has a place; with the
   * signal's reason when it aborts. A rendering that runs too long is ended, and the next one finds a fresh worker.
   */
  render(request: RenderRequest, signal?: AbortSignal): Promise<Rendered>;
  /** Ends the worker; what is being rendered fails. */
  dispose(): Promise<void>;
}

const defaults = { timeoutMs: 2000, memoryMb: 64, maxLength: 32_000 };

interface Waiting {
  readonly task: RenderTask;
  readonly resolve: (rendered: Rendered) => void;
  readonly reject: (error: unknown) => void;
}

/** The worker starts with the first rendering and is kept; it holds the process only while it renders. */
export function createRenderer(options: RendererOptions = {}): Renderer {
  const { timeoutMs, memoryMb, maxLength } = { ...defaults, ...options };
  const queue: Waiting[] = [];
  let current: Waiting | undefined;
  let worker: Worker | undefined;
  let ready = false;
  let timer: NodeJS.Timeout | undefined;
  let lastId = 0;
  let disposed = false;

  const start = (): Worker => {
    const name = import.meta.url.endsWith('.ts') ? './render-worker.ts' : './render-worker.js';
    const started = new Worker(new URL(name, import.meta.url), {
      name: 'shotlist templates',
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    });
    ready = false;
    started.on('message', (answer: RenderAnswer) => worker === started && receive(answer));
    started.on('error', (error) => worker === started && replace(faultOf(error, memoryMb)));
    started.on('exit', () => worker === started && replace(internal('The thread that renders templates has ended.')));
    started.unref();
    return started;
  };

  /** Ends what runs with an error and goes on with a fresh worker, which is under way before it is needed. */
  const replace = (error: unknown): void => {
    clearTimeout(timer);
    const [ending, interrupted] = [worker, current];
    current = undefined;
    worker = undefined;
    void ending?.terminate();
    interrupted?.reject(error);
    if (disposed) return;
    // a worker that cannot even start would be started again for ever
    if (ready || queue.length > 0) worker = start();
    next();
  };

  const receive = (answer: RenderAnswer): void => {
    if (answer.type === 'ready') {
      ready = true;
      if (current !== undefined) begin(current);
      return;
    }
    const answered = current;
    if (answered?.task.id !== answer.id) return;
    clearTimeout(timer);
    current = undefined;
    if (answer.type === 'rendered') answered.resolve(answer.rendered);
    else answered.reject(errorOf(answer));
    next();
  };

  /** Starting the worker is not the template's fault, so its time counts from here. */
  const begin = (waiting: Waiting): void => {
    const { task } = waiting;
    timer = setTimeout(() => replace(tooLong(timeoutMs, task)), timeoutMs);
    try {
      worker?.postMessage(task, []);
    } catch (error) {
      clearTimeout(timer);
      waiting.reject(internal(`The inputs of a template cannot be handed over: ${String(error)}`));
      current = undefined;
      next();
    }
  };

  const next = (): void => {
    if (current !== undefined) return;
    current = queue.shift();
    if (current === undefined) {
      worker?.unref();
      return;
    }
    worker ??= start();
    worker.ref();
    if (ready) begin(current);
  };

  return {
    render: (request, signal) =>
      new Promise<Rendered>((resolve, reject) => {
        if (disposed) throw internal('The renderer is closed.');
        signal?.throwIfAborted();
        const settle =
          <T>(finish: (value: T) => void) =>
          (value: T): void => {
            signal?.removeEventListener('abort', onAbort);
            finish(value);
          };
        const task = { id: ++lastId, request, maxLength };
        const waiting: Waiting = { task, resolve: settle(resolve), reject: settle(reject) };
        const onAbort = (): void => {
          // what already runs goes on within its limits: a new worker would take longer than the rest of a rendering
          const index = queue.indexOf(waiting);
          if (index !== -1) queue.splice(index, 1);
          waiting.reject(signal?.reason);
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        queue.push(waiting);
        next();
      }),
    async dispose() {
      disposed = true;
      clearTimeout(timer);
      const ending = worker;
      worker = undefined;
      const closed = internal('The renderer was closed.');
      for (const { reject } of [...(current === undefined ? [] : [current]), ...queue.splice(0)]) reject(closed);
      current = undefined;
      await ending?.terminate();
    },
  };
}

function internal(message: string): ShotlistError {
  return new ShotlistError('internal', message);
}

function tooLong(timeoutMs: number, { request }: RenderTask): ShotlistError {
  return new ShotlistError(
    'template_error',
    `${request.template.name} takes longer than ${timeoutMs / 1000} seconds to render.`,
    { hint: 'Look for a loop inside a loop, or a macro that calls itself without end.' },
  );
}

function faultOf(error: unknown, memoryMb: number): ShotlistError {
  const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  if (!isMemory) return ShotlistError.from(error);
  return new ShotlistError('template_error', `The template needs more than ${memoryMb} MiB of memory.`, {
    hint: 'Look for a list or a text that grows in a loop.',
  });
}

function errorOf(answer: Extract<RenderAnswer, { readonly type: 'failed' }>): ShotlistError {
  const { kind, message, place } = answer;
  if (kind === 'internal') return internal(`A template could not be rendered: ${message}`);
  if (place === undefined) return new ShotlistError('template_error', message);
  const { name, line, column, template: path } = place;
  return new ShotlistError('template_error', `${name}:${line}:${column}: ${message}`, {
    location: { path, line, column },
  });
}
