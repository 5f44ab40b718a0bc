import assert from 'node:assert/strict';
import fc from 'fast-check';
import { altTextOf } from '../../../src/extension/alt-text.ts';

describe('an alternative text', () => {
  it('is a short prompt as it is', () => {
    assert.equal(altTextOf('A red fox in the snow'), 'A red fox in the snow');
  });

  it('is one line', () => {
    assert.equal(altTextOf('  A fox\r\n\tin the\n\nsnow '), 'A fox in the snow');
  });

  it('is cut between words, without a comma left over', () => {
    const prompt = `${'word '.repeat(23)}and more, something else`;
    assert.equal(altTextOf(prompt), `${'word '.repeat(23)}and…`);
  });

  it('is cut inside a text without spaces', () => {
    assert.equal(altTextOf('狐'.repeat(200)), `${'狐'.repeat(124)}…`);
  });

  it('never splits a character of two code units', () => {
    assert.equal(altTextOf('🦊'.repeat(200)), `${'🦊'.repeat(124)}…`);
  });

  it('has no character that reverses the reading direction', () => {
    assert.equal(altTextOf('fox\u202Egnp.exe\u2066'), 'fox gnp.exe');
  });

  it('has at most 125 characters, on one line, whatever the prompt is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (prompt) => {
        const alt = altTextOf(prompt);
        assert.ok(Array.from(alt).length <= 125);
        assert.doesNotMatch(alt, /[\r\n\u202a-\u202e]/);
      }),
    );
  });
});
