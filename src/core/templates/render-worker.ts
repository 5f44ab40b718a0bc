/** Renders templates in a thread of its own, so that one that never ends, or fills the memory, can be ended. */
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { createSeeded } from '../seeded.ts';
import { createEngine, type Source } from './engine/engine.ts';
import { toValues } from './engine/input-values.ts';
import { createFileLoader, maxFileBytes } from './loader.ts';
import type { RenderAnswer, RenderTask } from './render-messages.ts';
import { TemplateFault } from './values/fault.ts';

const engine = createEngine();

/** So that an include which leads back to the template is recognized as it. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** A template itself may be as large as one that it includes. */
function checkSize(text: string): void {
  if (Buffer.byteLength(text) <= maxFileBytes) return;
  throw new TemplateFault('Limit', `The template is larger than ${maxFileBytes / 1024} KiB.`);
}

function answer({ id, request, maxLength }: RenderTask): RenderAnswer {
  const loader = createFileLoader(request.roots);
  const seeded = createSeeded(String(request.seed));
  const names = new Map<string, string>();
  const named = (source: Source): Source => {
    names.set(source.path, source.name);
    return source;
  };
  try {
    checkSize(request.template.text);
    const text = engine.render({
      template: named({ ...request.template, path: realPath(request.template.path) }),
      inputs: toValues(request.inputs),
      loadSource: (name) => named(loader.loadSource(name)),
      readChoices: (name) => loader.readChoices(name),
      random: () => seeded.next(),
      maxLength,
    });
    return { type: 'rendered', id, rendered: { text, includes: loader.files() } };
  } catch (error) {
    if (!(error instanceof TemplateFault)) {
      return { type: 'failed', id, kind: 'internal', message: String(error), place: undefined };
    }
    const { kind, message, place } = error;
    const name = place === undefined ? '' : (names.get(place.template) ?? basename(place.template));
    return { type: 'failed', id, kind, message, place: place === undefined ? undefined : { ...place, name } };
  }
}

parentPort?.on('message', (task: RenderTask) => parentPort?.postMessage(answer(task), []));
parentPort?.postMessage({ type: 'ready' } satisfies RenderAnswer, []);
