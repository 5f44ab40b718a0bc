import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { findModel, models } from '../../../src/core/catalog/catalog.ts';
import {
  frameOf,
  frameToParameters,
  lengthFromWire,
  lengthsFor,
  lengthToWire,
} from '../../../src/core/catalog/frames.ts';
import type { VideoModel } from '../../../src/core/catalog/model.ts';

const videoModels = models.filter((model): model is VideoModel => model.kind === 'video');
const named = (id: string): VideoModel => {
  const model = findModel(id);
  assert.ok(model?.kind === 'video');
  return model;
};

describe('the constraints table of video models', () => {
  for (const model of videoModels) {
    it(`${model.id}: whatever it allows, its schema takes, and it reads back as itself`, () => {
      const { limits } = model;
      assert.ok(limits.frames.length > 0);
      for (const frame of limits.frames) {
        const parameters = frameToParameters(frame, limits);
        assert.ok(model.parameters.safeParse(parameters).success, JSON.stringify(parameters));
        assert.equal(frameOf(limits, parameters), frame);
      }
      for (const operation of ['generate', 'animate', 'reference', 'extend'] as const) {
        if (operation === 'extend' && limits.sources.extend === undefined) continue;
        for (const seconds of lengthsFor(limits, operation)) {
          const value = lengthToWire(seconds, limits.length);
          assert.ok(model.parameters.safeParse({ [limits.length.parameter]: value }).success, String(value));
          assert.equal(lengthFromWire(value), seconds);
        }
      }
      assert.equal(frameOf(limits, {}), limits.frames[0], 'the usual frame where none is asked for');
      for (const rule of Object.values(limits.sources)) {
        for (const name of rule.parameters) assert.ok(name in model.parameters.shape, name);
        assert.ok(model.parameters.safeParse(rule.required ?? {}).success);
      }
    });
  }

  it('binds lengths to resolutions and operations', () => {
    const { limits } = named('veo-3.1-generate-001');
    assert.deepEqual(lengthsFor(limits, 'generate', '720p'), [4, 6, 8]);
    assert.deepEqual(lengthsFor(limits, 'generate', '1080p'), [8]);
    assert.deepEqual(lengthsFor(limits, 'reference', '720p'), [8]);
    assert.deepEqual(lengthsFor(limits, 'extend', '720p'), [7]);
  });

  it('reads lengths leniently, and nothing else', () => {
    assert.equal(lengthFromWire('8'), 8);
    assert.equal(lengthFromWire('8s'), 8);
    assert.equal(lengthFromWire(8), 8);
    for (const value of ['', 'soon', '8m', '-8', Number.NaN, null, undefined, {}]) {
      assert.equal(lengthFromWire(value), undefined);
    }
  });
});
