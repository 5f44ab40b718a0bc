import assert from 'node:assert/strict';
import fc from 'fast-check';
import { outputStem, safeStem, type NameParts } from '../../../src/core/outputs/names.ts';
import { defaultNamePattern } from '../../../src/core/workspace.ts';

const parts: NameParts = {
  now: new Date(2026, 10, 22, 9, 5, 7).getTime(),
  prompt: "A red fox, jumping over the neighbour's fence at dawn",
  hash: '18bb8f5bb65d6678',
  model: 'gpt-image-2',
  index: 3,
};

describe('File names', () => {
  it('have date, time, the first words of the prompt and the hash', () => {
    assert.equal(outputStem(defaultNamePattern, parts), '20261122-090507-a-red-fox-jumping-over-the-18bb8f5b');
  });

  it('follow the pattern', () => {
    assert.equal(outputStem('{model}_{index}', parts), 'gpt-image-2_3');
  });

  it('keep letters of other scripts, composed', () => {
    assert.equal(outputStem('{words}', { ...parts, prompt: 'Cafe\u0301 Straße 東京 नमस्ते' }), 'café-straße-東京-नमस्ते');
  });

  it('close up where a prompt has no words', () => {
    assert.equal(outputStem('{date}-{words}-{hash}', { ...parts, prompt: '!!! ???' }), '20261122-18bb8f5b');
  });

  it('refuse a token that there is not', () => {
    assert.throws(() => outputStem('{word}', parts), { name: 'ShotlistError', code: 'invalid_request' });
    assert.throws(() => outputStem('{constructor}', parts), { name: 'ShotlistError', code: 'invalid_request' });
  });

  for (const [text, stem] of [
    ['../../etc/passwd', 'etc-passwd'],
    ['..\\..\\x', 'x'],
    ['CON', '_CON'],
    ['nul.tar', 'nul-.tar'],
    ['COM¹', '_COM¹'],
    ['.hidden', 'hidden'],
    ['-rf', 'rf'],
    ['name. . .', 'name'],
    ['photo\u202Egpj.exe', 'photogpj.exe'],
    ['a\u200bb\u0000c', 'abc'],
    ['', 'output'],
    ['...', 'output'],
    ['~root', 'root'],
  ] as const) {
    it(`make ${JSON.stringify(text)} safe`, () => assert.equal(safeStem(text), stem));
  }

  it('are safe on all three systems whatever the prompt', function () {
    this.timeout(20_000);
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.string({ unit: 'binary', maxLength: 60 }),
        (prompt, model) => {
          for (const pattern of [defaultNamePattern, '{words}', '{model}{words}'])
            assertSafe(outputStem(pattern, { ...parts, prompt, model }));
        },
      ),
    );
  });

  it('stay as they are when they are made safe again', function () {
    this.timeout(20_000);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) =>
        assert.equal(safeStem(safeStem(text)), safeStem(text)),
      ),
    );
  });
});

function assertSafe(stem: string): void {
  assert.ok(stem.length > 0 && stem.length <= 101, stem);
  assert.ok(Buffer.byteLength(stem) <= 184);
  assert.doesNotMatch(stem, /[<>:"/\\|?*\p{Cc}\p{Cf}]/u);
  assert.doesNotMatch(stem, /^[\s.~-]|[\s.]$/u);
  assert.doesNotMatch(stem, /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
}
