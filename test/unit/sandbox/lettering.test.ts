import assert from 'node:assert/strict';
import fc from 'fast-check';
import { letterText, measureText, wrapText } from '../../../src/core/sandbox/drawing/lettering.ts';
import { glyphs, unknownGlyph } from '../../../src/core/sandbox/drawing/glyphs.ts';
import { transliterate } from '../../../src/core/sandbox/drawing/transliterate.ts';

describe('lettering of the sandbox', () => {
  it('has every printable character of ASCII', () => {
    for (let code = 33; code < 127; code++) assert.ok(String.fromCharCode(code) in glyphs, String.fromCharCode(code));
  });

  it('keeps each character within its width and its line', () => {
    for (const [character, { width }] of Object.entries(glyphs)) {
      for (const [x, y] of letterText(character, 0, 0, 14).flat()) {
        assert.ok(x >= -1.2 && x <= width + 1.2, `${character} reaches ${x} of ${width}`);
        assert.ok(y >= -3.1 && y <= 19.1, `${character} reaches down to ${y}`);
      }
    }
  });

  it('draws no two characters alike', () => {
    assert.equal(new Set(Object.values(glyphs).map(({ strokes }) => strokes)).size, Object.keys(glyphs).length);
  });

  it('wraps any text into lines that fit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 60, max: 900 }), (text, width) => {
        const lines = wrapText(transliterate(text), 12, width, 3);
        assert.ok(lines.length <= 3);
        for (const line of lines) assert.ok(line.length <= 2 || measureText(line, 12) <= width, line);
      }),
    );
  });

  it('ends what is too long with an ellipsis', () => {
    assert.deepEqual(wrapText('one two three four five six', 12, 90, 2), ['one two', 'three four...']);
  });

  it('breaks a word that is longer than a line', () => {
    assert.ok(wrapText('Donaudampfschifffahrtsgesellschaft', 12, 120, 9)[0]?.endsWith('-'));
  });

  it('writes other scripts as well as it can', () => {
    assert.equal(transliterate('  Crème brûlée — “Straße” № 5 🦊‍❄️  '), 'Creme brulee – "Strasse" No 5');
    assert.equal(transliterate('Снежные Горы'), 'Snezhnye Gory');
    assert.equal(transliterate('Αθήνα'), 'Athina');
    assert.equal(transliterate('東京 neon'), `${unknownGlyph}${unknownGlyph} neon`);
  });
});
