/** What a request will cost, as far as that can be known beforehand. US dollars. */
import { videoOperationOf, type Estimate, type Request } from '../generation.ts';
import { frameOf, lengthFromWire, lengthsFor } from './frames.ts';
import type { Model, VideoModel } from './model.ts';
import { estimateImages, roundUsd } from './price.ts';

/** The part of a request that sets its price. */
export type PricedRequest = Pick<Request, 'prompt' | 'parameters' | 'inputs' | 'source'>;

/** @param count assets that the call is asked for @returns undefined where the price is unknown */
export function estimateRequest(model: Model | undefined, request: PricedRequest, count: number): Estimate | undefined {
  if (model === undefined) return undefined;
  return model.kind === 'image' ? estimateImages(model.price, request, count) : estimateVideo(model, request);
}

function estimateVideo({ limits, price }: VideoModel, request: PricedRequest): Estimate | undefined {
  if (price === undefined) return undefined;
  const operation = videoOperationOf(request);
  const frame = frameOf(limits, request.parameters);
  const asked = lengthFromWire(request.parameters[limits.length.parameter]);
  const allowed = lengthsFor(limits, operation, frame?.resolution);
  // what is made from an earlier clip takes its size, and for the most part its length, from that
  const follows = request.source !== undefined;
  const rates = Object.values(price.perSecond);
  const rate = (frame === undefined ? undefined : price.perSecond[frame.resolution]) ?? Math.max(...rates);
  const usual =
    asked ?? (allowed.includes(limits.length.usual) ? limits.length.usual : allowed[0]) ?? limits.length.usual;
  const longest = asked ?? (follows ? Math.max(usual, ...limits.length.values) : usual);
  return {
    usd: roundUsd(usual * rate),
    upperUsd: roundUsd(longest * (follows ? Math.max(...rates) : rate)),
    basis: 'estimate',
  };
}
