/** OpenAI's wire protocol. */
import type { Clock, Random } from '../../environment.ts';
import type { Painter } from '../drawing/painter.ts';
import type { Area } from '../router.ts';
import type { Videos } from '../videos/videos.ts';
import { createAnswerer, OpenaiRefusal } from './envelope.ts';
import { imageRoutes } from './images.ts';
import { modelRoutes } from './models.ts';
import { createStoredFiles } from './stored-files.ts';
import { videoRoutes } from './videos.ts';

export interface OpenaiAreaOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly painter: Painter;
  readonly videos: Videos;
}

export function openaiArea({ clock, random, painter, videos }: OpenaiAreaOptions): Area {
  const answerer = createAnswerer(clock, random);
  const files = createStoredFiles(clock, random);
  return {
    prefixes: ['/v1', ''],
    routes: [
      ...modelRoutes(answerer),
      ...imageRoutes({ clock, answerer, painter, files }),
      ...videoRoutes({ clock, answerer, videos }),
      files.route,
    ],
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
