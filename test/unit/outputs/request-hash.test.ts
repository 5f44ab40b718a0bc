import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Request } from '../../../src/core/generation.ts';
import { hashRequest } from '../../../src/core/outputs/request-hash.ts';

const request: Request = {
  kind: 'image',
  connection: 'openai',
  model: 'gpt-image-2',
  prompt: 'é "quoted"',
  parameters: { size: '1024x1024', n: 2 },
  inputs: [{ role: 'reference', path: '/a/b.png', sha256: 'a'.repeat(64), bytes: 1, mime: 'image/png' }],
};

describe('The hash of a request', () => {
  it('is the SHA-256 of its canonical JSON without the paths', () => {
    const canonical = `{"connection":"openai","inputs":[{"role":"reference","sha256":"${'a'.repeat(64)}"}],"kind":"image","model":"gpt-image-2","parameters":{"n":2,"size":"1024x1024"},"prompt":"é \\"quoted\\""}`;
    assert.equal(hashRequest(request), createHash('sha256').update(canonical).digest('hex'));
  });

  it('does not change with the order of parameters or the place of an input file', () => {
    const [input] = request.inputs;
    assert.ok(input);
    const same = { ...request, parameters: { n: 2, size: '1024x1024' }, inputs: [{ ...input, path: 'elsewhere.png' }] };
    assert.equal(hashRequest(same), hashRequest(request));
  });

  it('changes with the prompt, a parameter and the bytes of an input', () => {
    const [input] = request.inputs;
    assert.ok(input);
    const others = [
      { ...request, prompt: 'e' },
      { ...request, parameters: { size: '1024x1024' } },
      { ...request, inputs: [{ ...input, sha256: 'b'.repeat(64) }] },
    ];
    assert.equal(new Set([request, ...others].map(hashRequest)).size, 4);
  });

  it('is refused for text that JSON cannot carry', () => {
    assert.throws(() => hashRequest({ ...request, prompt: '\ud800' }), {
      name: 'ShotlistError',
      code: 'invalid_request',
    });
  });
});
