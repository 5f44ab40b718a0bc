import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRedactor } from '../../../src/core/redaction.ts';

describe('Redaction', () => {
  const secretCharacters = fc.string({
    unit: fc.constantFrom(...'abcXYZ019-_+/=.:~"\\&<> ?%é'.split('')),
    minLength: 12,
    maxLength: 60,
  });
  const surrounding = fc.string({ maxLength: 40 });

  it('leaves no known secret in any text, in any of its spellings', () => {
    const spellings: ((secret: string) => string)[] = [
      (secret) => secret,
      (secret) => JSON.stringify(secret).slice(1, -1),
      (secret) => encodeURIComponent(secret),
      (secret) => encodeURIComponent(secret).replace(/%../g, (escape) => escape.toLowerCase()),
      (secret) => new URLSearchParams({ secret }).toString().slice('secret='.length),
    ];
    fc.assert(
      fc.property(
        secretCharacters,
        surrounding,
        surrounding,
        fc.constantFrom(...spellings),
        (secret, before, after, spell) => {
          const text = createRedactor([secret]).redact(`${before}|${spell(secret)}|${after}`);
          for (const form of spellings) assert(!text.includes(form(secret)), text);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('finds a secret in base64, whatever stands before it', () => {
    fc.assert(
      fc.property(
        secretCharacters,
        fc.uint8Array({ maxLength: 9 }),
        fc.constantFrom('base64' as const, 'base64url' as const),
        (secret, before, encoding) => {
          const encoded = Buffer.concat([before, Buffer.from(secret), Buffer.from('!')]).toString(encoding);
          const text = createRedactor([secret]).redact(encoded);
          assert.match(text, /\[redacted\]/);
          // what is left over tells at most the secret's edges
          assert(
            !Buffer.from(text.replace('[redacted]', ''), encoding).toString('latin1').includes(secret.slice(1, -1)),
          );
        },
      ),
    );
  });

  it('a secret that holds another one goes first', () => {
    const { redact } = bound(['sesame-open', 'sesame-open-wider']);
    assert.equal(redact('sesame-open-wider and sesame-open'), '[redacted] and [redacted]');
  });

  it('knows the shapes of keys that nobody told it', () => {
    const { redact } = bound([]);
    const table: readonly (readonly [string, string])[] = [
      ['key sk-proj-AbC_123456789 is wrong', 'key [redacted] is wrong'],
      ['Incorrect API key provided: sk-ab*****************xyz.', 'Incorrect API key provided: [redacted].'],
      ['authorization: Bearer abcdef0123456789', 'authorization: Bearer [redacted]'],
      ['"x-api-key":"0123456789abcdef"', '"x-api-key":"[redacted]"'],
      ['api-key: 0123456789abcdef', 'api-key: [redacted]'],
      ['x-goog-api-key: AIzaSyA-0123456789012345678901234567', 'x-goog-api-key: [redacted]'],
      ['https://x.example/?key=AIzaSyA-0123456789012345678901234567&a=1', 'https://x.example/?key=[redacted]&a=1'],
      ['https://blob.example/a.png?se=1&sig=abc%2Fdef0123&x=1', 'https://blob.example/a.png?se=1&sig=[redacted]&x=1'],
      ['proxy http://user:secret@proxy:8080 failed', 'proxy http://[redacted]@proxy:8080 failed'],
    ];
    for (const [text, expected] of table) assert.equal(redact(text), expected);
  });

  it('leaves ordinary text as it is', () => {
    const { redact } = bound(['EMPTY', undefined, '']);
    const texts = [
      'The API key is missing.',
      'A task-list of risk-takers is EMPTY.',
      'POST http://localhost:8000/v1/images/generations 200',
      'at 12:30 somebody@example.com wrote',
      'Authorization: none',
    ];
    for (const text of texts) assert.equal(redact(text), text);
  });

  it('redacting twice changes nothing', () => {
    fc.assert(
      fc.property(secretCharacters, surrounding, (secret, around) => {
        const { redact } = bound([secret]);
        const once = redact(`${around}${secret}${around}`);
        assert.equal(redact(once), once);
      }),
    );
  });
});

function bound(secrets: readonly (string | undefined)[]): { redact: (text: string) => string } {
  const redactor = createRedactor(secrets);
  return { redact: (text) => redactor.redact(text) };
}
