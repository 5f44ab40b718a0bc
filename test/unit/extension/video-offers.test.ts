import assert from 'node:assert/strict';
import { findModel } from '../../../src/core/catalog/catalog.ts';
import { builtInConnections, defineConnection } from '../../../src/core/connections/connection.ts';
import { pricePerSecond, videoOffers } from '../../../src/extension/video/offers.ts';
import { sourceActions } from '../../../src/extension/video/source-actions.ts';

const now = Date.parse('2026-11-22');
const own = defineConnection({
  id: 'local',
  baseUrl: 'http://localhost:8091/v1',
  needsKey: false,
  models: { mine: 'sora-2-2025-12-08' },
});

describe('the video models that are offered', () => {
  const offers = videoOffers([...builtInConnections, own], (connection) => !connection.needsKey, now);
  const at = (id: string): string[] =>
    offers.filter(({ connection }) => connection.id === id).map(({ model }) => model.id);

  it('are those that can be used at once first, the sandbox last', () => {
    const order = [...new Set(offers.map(({ connection }) => connection.id))];
    assert.deepEqual(order, ['local', 'google', 'vertex', 'sandbox']);
  });

  it('are none that their own vendor no longer serves', () => {
    assert.deepEqual(at('openai'), []);
    assert.ok(at('google').every((id) => id.startsWith('gemini-omni-1')));
    assert.ok(at('vertex').every((id) => id.startsWith('veo-3.1')));
  });

  it('are ended ones too where another server has them, after the living ones', () => {
    const states = offers.filter(({ connection }) => connection.id === 'sandbox').map(({ status }) => status);
    assert.ok(states.includes('retired'));
    assert.equal(states.lastIndexOf('active') < states.indexOf('retired'), true);
  });

  it('are not every date of the same model, but for one that the person named', () => {
    assert.ok(!at('local').includes('sora-2-2025-10-06'));
    assert.ok(at('local').includes('sora-2-2025-12-08'));
    assert.ok(!at('sandbox').includes('sora-2-2025-12-08'));
  });

  it('have a price a second, as far as it is known', () => {
    const priceOf = (id: string) => {
      const model = findModel(id);
      return model?.kind === 'video' ? pricePerSecond(model) : undefined;
    };
    assert.deepEqual(priceOf('gemini-omni-1.1-flash'), { least: 0.03, most: 0.3 });
    assert.equal(priceOf('gemini-omni-1.2-flash'), undefined);
  });
});

describe('what can be done with an earlier clip', () => {
  const actions = (id: string, forms: { id: boolean; file: boolean }): readonly string[] => {
    const model = findModel(id);
    return model?.kind === 'video' ? sourceActions(model, forms) : [];
  };

  it('follows from how the clip can be handed over', () => {
    assert.deepEqual(actions('sora-2', { id: true, file: true }), ['remix', 'edit', 'extend']);
    assert.deepEqual(actions('sora-2', { id: false, file: true }), ['edit', 'extend']);
    assert.deepEqual(actions('veo-3.1-generate-001', { id: true, file: false }), []);
    assert.deepEqual(actions('gemini-omni-1.1-flash', { id: true, file: false }), ['edit', 'extend']);
  });
});
