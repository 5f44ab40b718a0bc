/**
 * `GET /models` and `GET /models/{model}`: every model of the catalog, ended ones too, for the sandbox serves them all.
 * Gemini's protocol has the same addresses: an answer holds what either looks for.
 */
import { findModel, models } from '../../catalog/catalog.ts';
import type { Model } from '../../catalog/model.ts';
import type { Route } from '../router.ts';
import { OpenaiRefusal, type Answerer } from './envelope.ts';

/** 2026-01-01; the catalog doesn't know when a model came. */
const createdSeconds = 1_767_225_600;

export function modelRoutes(answerer: Answerer): Route[] {
  return [
    {
      method: 'GET',
      path: '/models',
      handle: () =>
        answerer.answer(async (startedAt) =>
          answerer.json(startedAt, {
            object: 'list',
            data: models.filter(({ protocol }) => protocol === 'openai').map(wireModel),
            models: models.filter(({ protocol }) => protocol === 'gemini').map(geminiModel),
          }),
        ),
    },
    {
      method: 'GET',
      path: '/models/:model',
      handle: ({ params }) =>
        answerer.answer(async (startedAt) => {
          const model = findModel(params['model'] ?? '');
          if (model === undefined) throw modelNotFound(params['model'] ?? '');
          return answerer.json(startedAt, { ...wireModel(model), ...geminiModel(model) });
        }),
    },
  ];
}

function modelNotFound(name: string): OpenaiRefusal {
  return new OpenaiRefusal(404, {
    message: `The model '${name}' does not exist or you do not have access to it.`,
    type: 'invalid_request_error',
    param: 'model',
    code: 'model_not_found',
  });
}

function wireModel({ id, lifecycle }: Model): Record<string, unknown> {
  return {
    id,
    object: 'model',
    created: createdSeconds,
    owned_by: 'system',
    shutdown_date: lifecycle.shutdownDate ?? null,
  };
}

function geminiModel({ id, label }: Model): Record<string, unknown> {
  return { name: `models/${id}`, displayName: label };
}
