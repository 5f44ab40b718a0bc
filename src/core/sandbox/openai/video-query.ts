/** Requests for pages of the list of videos, and for what is made from an earlier one. */
import type { Call } from '../router.ts';
import { badRequest } from './envelope.ts';
import { unknownParameter, wrongType } from './parameter-check.ts';
import { readRequestBody, type RequestBody } from './request-body.ts';
import { checkFiles } from './video-ask.ts';

const defaultPage = 20;
const largestPage = 100;

/** `more` are the names that may stand beside the prompt. @throws OpenaiRefusal */
export async function readDerivation(call: Call, more: readonly string[]): Promise<RequestBody> {
  const body = await readRequestBody(call, ['form', 'json']);
  for (const name of Object.keys(body.fields)) {
    if (name !== 'prompt' && !more.includes(name)) throw unknownParameter(name);
  }
  checkFiles(body, more);
  return body;
}

/** @throws OpenaiRefusal */
export function readPage(query: URLSearchParams): { limit: number; order: 'asc' | 'desc'; after?: string } {
  const limit = query.get('limit') ?? String(defaultPage);
  if (!/^-?\d+$/.test(limit)) throw wrongType('limit', 'an integer', limit);
  if (Number(limit) < 0 || Number(limit) > largestPage) {
    const side = Number(limit) < 0 ? 'below minimum' : 'above maximum';
    throw badRequest(
      'invalid_value',
      'limit',
      `Invalid 'limit': integer ${side} value. It has to be 0 to ${largestPage}.`,
    );
  }
  const order = query.get('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc')
    throw badRequest('invalid_value', 'order', `Invalid value: '${order}'. Supported values are: 'asc', and 'desc'.`);
  const after = query.get('after');
  return { limit: Number(limit), order, ...(after === null ? {} : { after }) };
}
