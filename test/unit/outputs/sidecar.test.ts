import assert from 'node:assert/strict';
import { sidecarText, type SidecarSource } from '../../../src/core/outputs/sidecar.ts';

const hash = 'a'.repeat(64);
const source: SidecarSource = {
  workspaceFolder: '/home/me/project',
  facts: { sha256: hash, bytes: 10, mime: 'image/png', width: 4, height: 2 },
  request: {
    kind: 'image',
    connection: 'openai',
    model: 'gpt-image-2',
    prompt: 'a fox',
    parameters: { size: '1024x1024' },
    inputs: [
      { role: 'reference', path: '/home/me/project/art/in.png', sha256: hash, bytes: 1, mime: 'image/png' },
      { role: 'mask', path: '/home/me/secret/mask.png', sha256: hash, bytes: 1, mime: 'image/png' },
    ],
  },
  requestHash: hash,
  batch: 'batch_1',
  index: 0,
  provider: { requestId: 'r', model: 'm', usage: { outputTokens: 3 }, revisedPrompt: 'a red fox' },
  cost: { usd: 0.1, basis: 'usage' },
  carriesProvenance: true,
  createdAt: Date.UTC(2026, 10, 22, 12),
  tool: 'shotlist 0.1.0',
};

describe('A sidecar', () => {
  it('has the keys of the contract in their order', () => {
    const sidecar = JSON.parse(sidecarText(source)) as Record<string, Record<string, unknown>>;
    assert.deepEqual(Object.keys(sidecar), [
      'version',
      'asset',
      'request',
      'requestHash',
      'batch',
      'index',
      'provider',
      'cost',
      'provenance',
      'createdAt',
      'tool',
    ]);
    assert.deepEqual(Object.keys(sidecar['asset'] ?? {}), ['sha256', 'bytes', 'mime', 'width', 'height']);
    assert.deepEqual(Object.keys(sidecar['request'] ?? {}), [
      'kind',
      'connection',
      'model',
      'prompt',
      'parameters',
      'inputs',
    ]);
    assert.deepEqual(sidecar['provider'], {
      requestId: 'r',
      model: 'm',
      usage: { outputTokens: 3 },
      revisedPrompt: 'a red fox',
    });
    assert.equal(sidecar['createdAt'], '2026-11-22T12:00:00.000Z');
    assert.deepEqual(sidecar['provenance'], { c2pa: true });
  });

  it('has no absolute path: inputs are relative to the workspace, those outside a bare name', () => {
    const text = sidecarText(source);
    assert.doesNotMatch(text, /\/home/);
    const { inputs } = (JSON.parse(text) as { request: { inputs: { path: string }[] } }).request;
    assert.deepEqual(
      inputs.map((input) => input.path),
      ['art/in.png', 'mask.png'],
    );
    assert.deepEqual(Object.keys(inputs[0] ?? {}), ['role', 'path', 'sha256']);
  });
});
