import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  defaultModels,
  findModel,
  lifecycleWarning,
  models,
  resolveModel,
  wireModelName,
} from '../../../src/core/catalog/catalog.ts';
import { listCatalog } from '../../../src/core/catalog/live.ts';
import { modelStatus } from '../../../src/core/catalog/model.ts';
import { estimateRequest } from '../../../src/core/catalog/estimate.ts';
import { costFromUsage } from '../../../src/core/catalog/price.ts';
import {
  atBaseUrl,
  builtInConnections,
  defineConnection,
  type Connection,
} from '../../../src/core/connections/connection.ts';
import { ShotlistError } from '../../../src/core/errors.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const connection = (id: string): Connection => {
  const found = builtInConnections.find((candidate) => candidate.id === id);
  assert.ok(found);
  return found;
};
const openai = connection('openai');
const codeOf = (action: () => unknown): ShotlistError => {
  try {
    action();
  } catch (error) {
    assert.ok(ShotlistError.is(error));
    return error;
  }
  throw new Error('nothing was thrown');
};

describe('the catalog', () => {
  it('knows the living, the ending and the ended models on 2026-11-22', () => {
    const status = Object.fromEntries(models.map((model) => [model.id, modelStatus(model, now)]));
    for (const id of [
      'gpt-image-2.6-flare',
      'gpt-image-2.6-sunburst',
      'gpt-image-2.5-flare',
      'gpt-image-2.5-sunburst',
      'gpt-image-2',
    ]) {
      assert.equal(status[id], 'active', id);
    }
    for (const id of ['gpt-image-1.5', 'gpt-image-1-mini', 'chatgpt-image-latest'])
      assert.equal(status[id], 'deprecated', id);
    for (const id of ['gpt-image-1', 'dall-e-3', 'dall-e-2']) assert.equal(status[id], 'retired', id);
    const ending = findModel('gpt-image-1.5');
    assert.ok(ending);
    assert.equal(modelStatus(ending, Date.parse('2026-11-30T23:59:59Z')), 'deprecated');
    assert.equal(modelStatus(ending, Date.parse('2026-12-01T00:00:00Z')), 'retired');
  });

  it('has no id twice, and every replacement and default is a living model', () => {
    assert.equal(new Set(models.map((model) => model.id)).size, models.length);
    for (const id of [...models.map((model) => model.lifecycle.replacement), ...Object.values(defaultModels)]) {
      if (id === undefined) continue;
      const model = findModel(id);
      assert.ok(model, id);
      assert.equal(modelStatus(model, now), 'active', id);
    }
  });

  it('refuses a model that its vendor ended, with date and replacement', () => {
    const error = codeOf(() => resolveModel('dall-e-3', 'image', openai, now));
    assert.equal(error.code, 'model_retired');
    assert.match(error.message, /2026-05-12/);
    assert.match(error.hint ?? '', /gpt-image-2\.6-flare/);
  });

  it('lets other servers and the sandbox serve it', () => {
    assert.equal(resolveModel('dall-e-3', 'image', connection('sandbox'), now).id, 'dall-e-3');
    assert.equal(resolveModel('dall-e-3', 'image', atBaseUrl(openai, 'http://localhost:4000/v1'), now).id, 'dall-e-3');
    assert.equal(
      codeOf(() => resolveModel('dall-e-3', 'image', atBaseUrl(openai, 'https://eu.api.openai.com/v1'), now)).code,
      'model_retired',
    );
  });

  it('knows unknown names only at other servers', () => {
    const error = codeOf(() => resolveModel('gpt-image-2.6-flair', 'image', openai, now));
    assert.equal(error.code, 'model_not_found');
    assert.match(error.hint ?? '', /gpt-image-2\.6-flare/);
    assert.equal(
      resolveModel('qwen-image', 'image', atBaseUrl(openai, 'http://localhost:8091/v1'), now).id,
      'qwen-image',
    );
  });

  it('follows a connection’s own names in both directions', () => {
    const azure = defineConnection({
      id: 'azure',
      baseUrl: 'https://example.openai.azure.com/openai/v1',
      keyHeader: 'api-key',
      models: { 'my-deployment': 'gpt-image-2' },
    });
    assert.equal(resolveModel('my-deployment', 'image', azure, now).id, 'gpt-image-2');
    assert.equal(wireModelName('gpt-image-2', azure), 'my-deployment');
    assert.equal(wireModelName('gpt-image-2.5-flare', azure), 'gpt-image-2.5-flare');
  });

  it('warns of a near end at the vendor, not elsewhere', () => {
    const ending = findModel('gpt-image-1.5');
    assert.ok(ending);
    assert.match(lifecycleWarning(ending, openai, now) ?? '', /2026-12-01.*gpt-image-2\.6-flare/);
    assert.equal(lifecycleWarning(ending, connection('sandbox'), now), undefined);
  });

  it('lets the server’s shutdown date win over the table', () => {
    const listed = listCatalog('image', now, [
      { id: 'gpt-image-2', shutdownDate: '2026-11-01' },
      { id: 'gpt-image-1.5' },
    ]);
    const two = listed.find((entry) => entry.model.id === 'gpt-image-2');
    assert.equal(two?.status, 'retired');
    assert.equal(two?.shutdownDate, '2026-11-01');
    assert.equal(two?.live, true);
    assert.equal(listed.find((entry) => entry.model.id === 'gpt-image-1.5')?.shutdownDate, '2026-12-01');
    assert.equal(listed.find((entry) => entry.model.id === 'dall-e-2')?.live, false);
  });
});

describe('prices', () => {
  const model = findModel('gpt-image-2');
  assert.ok(model?.kind === 'image');
  const { price } = model;
  const request = { prompt: 'x', parameters: { quality: 'medium', size: '1024x1024' }, inputs: [] };

  it('estimates from quality and size, and says nothing where nothing is known', () => {
    const one = estimateRequest(model, request, 1);
    assert.ok(one && Math.abs(one.usd - 0.053) < 0.001);
    const four = estimateRequest(model, request, 4);
    assert.ok(four && Math.abs(four.usd - 0.212) < 0.001);
    const auto = estimateRequest(model, { ...request, parameters: {} }, 1);
    assert.ok(auto && auto.upperUsd > auto.usd);
    assert.equal(estimateRequest(model, { ...request, parameters: { quality: 'max' } }, 1), undefined);
    assert.equal(estimateRequest(undefined, request, 1), undefined);
    assert.deepEqual(
      estimateRequest(findModel('dall-e-3'), { ...request, parameters: { quality: 'hd', size: '1792x1024' } }, 1),
      { usd: 0.12, upperUsd: 0.12, basis: 'estimate' },
    );
  });

  it('computes the cost from usage, cached tokens cheaper', () => {
    const usage = { inputTextTokens: 1000, inputImageTokens: 2000, cachedInputTokens: 400, outputTokens: 1000 };
    assert.deepEqual(costFromUsage(price, usage, {}), { usd: 0.0495, basis: 'usage' });
    assert.equal(costFromUsage(price, usage, { output_format: 'svg' }), undefined);
    assert.equal(costFromUsage(price, undefined, {}), undefined);
    assert.equal(costFromUsage(undefined, usage, {}), undefined);
  });
});
