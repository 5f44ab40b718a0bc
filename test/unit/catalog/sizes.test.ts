import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { findModel } from '../../../src/core/catalog/catalog.ts';
import { parseAspect, parseSize, sizeForAspect, sizeProblem, type SizeRule } from '../../../src/core/catalog/sizes.ts';

const rule = (id: string): SizeRule => {
  const model = findModel(id);
  assert.ok(model?.kind === 'image');
  return model.limits.sizes;
};
const free = rule('gpt-image-2.6-flare');

describe('sizes', () => {
  it('takes free sizes that keep the rule, up to 3840x2160', () => {
    for (const size of ['1024x1024', '1792x1024', '3840x2160', '2160x3840', '1536x864', 'auto']) {
      assert.equal(sizeProblem(free, size), undefined, size);
    }
  });

  it('says what is wrong with the others', () => {
    assert.match(sizeProblem(free, '1000x1000') ?? '', /multiples of 16.*near 1000x1000 is \d+x\d+/);
    assert.match(sizeProblem(free, '512x512') ?? '', /pixels/);
    assert.match(sizeProblem(free, '3840x1024') ?? '', /ratio/);
    assert.match(sizeProblem(free, '3856x2160') ?? '', /at most 3840x2160/);
    assert.match(sizeProblem(free, 'big') ?? '', /WIDTHxHEIGHT/);
    assert.match(sizeProblem(rule('dall-e-3'), '512x512') ?? '', /one of 1024x1024, 1792x1024, 1024x1792/);
    assert.match(sizeProblem(free, '0x0') ?? '', /./);
  });

  it('picks the nearest fixed size for an aspect ratio', () => {
    const nearest = (id: string, aspect: string) => {
      const size = sizeForAspect(rule(id), parseAspect(aspect) ?? 0);
      return size === undefined ? undefined : `${size.width}x${size.height}`;
    };
    assert.equal(nearest('gpt-image-1', '16:9'), '1536x1024');
    assert.equal(nearest('gpt-image-1', '9:16'), '1024x1536');
    assert.equal(nearest('gpt-image-1', '1:1'), '1024x1024');
    assert.equal(nearest('dall-e-3', '16:9'), '1792x1024');
    assert.equal(nearest('dall-e-2', '1:1'), '1024x1024');
  });

  it('computes a free size of that ratio which keeps the rule', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (w, h) => {
        const size = sizeForAspect(free, w / h);
        assert.ok(size);
        assert.equal(sizeProblem(free, `${size.width}x${size.height}`), undefined);
        const wanted = Math.min(3, Math.max(1 / 3, w / h));
        assert.ok(
          Math.abs(Math.log(size.width / size.height / wanted)) < 0.04,
          `${w}:${h} → ${size.width}x${size.height}`,
        );
      }),
    );
    assert.deepEqual(sizeForAspect(free, 1), { width: 1248, height: 1248 });
  });

  it('reads sizes and ratios strictly', () => {
    assert.deepEqual(parseSize('1024x768'), { width: 1024, height: 768 });
    for (const text of ['1024', 'x', '1024x', '-1x2', '1e3x5', '1024X768 '])
      assert.equal(parseSize(text), undefined, text);
    assert.equal(parseAspect('16:9'), 16 / 9);
    for (const text of ['', '16', '0:1', '1:0', 'a:b', '-1:2']) assert.equal(parseAspect(text), undefined, text);
  });
});
