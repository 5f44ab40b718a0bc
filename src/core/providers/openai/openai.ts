/** The OpenAI protocol: images, videos and the list of models, at OpenAI and at servers that speak the same. */
import * as z from 'zod';
import type { Provider, RemoteModel } from '../provider.ts';
import { badResponse, parseJson } from './answer.ts';
import { createOpenaiClient } from './client.ts';
import { openaiError } from './errors.ts';
import { imageEndpoints, imageEvents, sendImageCall } from './images.ts';
import { openaiVideos } from './videos.ts';

const listTimeoutMs = 30_000;

const text = z.string().nullish().catch(undefined);
const listedModelSchema = z.object({ id: z.string(), shutdown_date: text });
const listSchema = z.union([
  z.object({ data: z.array(z.unknown()) }).transform(({ data }) => data),
  z.object({ models: z.array(z.unknown()) }).transform(({ models }) => models),
  z.array(z.unknown()),
]);

export const openaiProvider: Provider = {
  protocol: 'openai',

  async *createImages(call, context) {
    const client = createOpenaiClient(context);
    const { host } = new URL(context.connection.baseUrl);
    let pictures = 0;
    try {
      const answer = await sendImageCall(client.sdk, call, context.signal);
      for await (const event of imageEvents(answer, call, host, context.signal)) {
        if (event.type === 'completed') pictures++;
        yield event;
      }
    } catch (error) {
      throw openaiError(error, {
        ...context,
        key: context.key,
        endpoint: imageEndpoints[call.operation],
        creating: true,
        sent: client.sent(),
        pictures,
      });
    }
  },

  videos: openaiVideos,

  async listModels(context) {
    const client = createOpenaiClient(context);
    try {
      const answer: unknown = await client.sdk.get('/models', { signal: context.signal, timeout: listTimeoutMs });
      const list = listSchema.safeParse(typeof answer === 'string' ? parseJson(answer) : answer);
      if (!list.success)
        throw badResponse(`${new URL(context.connection.baseUrl).host} answered without a list of models.`);
      return list.data.flatMap((item): RemoteModel[] => {
        const { data: model } = listedModelSchema.safeParse(item);
        if (model === undefined) return [];
        return [{ id: model.id, ...(model.shutdown_date ? { shutdownDate: model.shutdown_date } : {}) }];
      });
    } catch (error) {
      throw openaiError(error, {
        ...context,
        key: context.key,
        endpoint: '/models',
        creating: false,
        sent: client.sent(),
        pictures: 0,
      });
    }
  },
};
