/** OpenAI's wire protocol. */
import type { Clock, Random } from '../../environment.ts';
import type { Painter } from '../drawing/painter.ts';
import type { Area } from '../router.ts';
import { createAnswerer, OpenaiRefusal } from './envelope.ts';
import { imageRoutes } from './images.ts';
import { modelRoutes } from './models.ts';
import { createStoredFiles } from './stored-files.ts';

export interface OpenaiAreaOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly painter: Painter;
}

export function openaiArea({ clock, random, painter }: OpenaiAreaOptions): Area {
  const answerer = createAnswerer(clock, random);
  const files = createStoredFiles(clock, random);
  return {
    prefixes: ['/v1', ''],
    routes: [...modelRoutes(answerer), ...imageRoutes({ clock, answerer, painter, files }), files.route],
    refuse: ({ request, url }, otherMethod) =>
      answerer.answer(async () => {
        const type = 'invalid_request_error';
        throw otherMethod
          ? new OpenaiRefusal(405, {
              message: `Not allowed to ${request.method} on ${url.pathname}.`,
              type,
              param: null,
              code: 'method_not_supported',
            })
          : new OpenaiRefusal(404, {
              message: `Invalid URL (${request.method} ${url.pathname})`,
              type,
              param: null,
              code: 'unknown_url',
            });
      }),
  };
}
