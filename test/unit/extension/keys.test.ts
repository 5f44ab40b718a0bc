import assert from 'node:assert/strict';
import { builtInConnections, defineConnection } from '../../../src/core/connections/connection.ts';
import { createKeyStore, keyProblem, type SecretPort } from '../../../src/extension/keys.ts';

const canary = 'sk-canary-0123456789';
const openai = builtInConnections[0];

function memoryPort(): SecretPort & { readonly secrets: Map<string, string> } {
  const secrets = new Map<string, string>();
  return {
    secrets,
    keys: () => Promise.resolve([...secrets.keys()]),
    get: (name) => Promise.resolve(secrets.get(name)),
    store: (name, value) => Promise.resolve(void secrets.set(name, value)),
    delete: (name) => Promise.resolve(void secrets.delete(name)),
  };
}

const gateway = (baseUrl: string): ReturnType<typeof defineConnection> => defineConnection({ id: 'gateway', baseUrl });

describe('a stored key', () => {
  it('is found for the connection it was stored for', async () => {
    assert.ok(openai);
    const keys = createKeyStore(memoryPort());
    await keys.store(openai, canary);
    assert.deepEqual(await keys.find(openai), { value: canary, source: 'secret storage' });
  });

  it('lies under a name that shows its origin', async () => {
    const port = memoryPort();
    await createKeyStore(port).store(gateway('https://one.example:8443/v1'), canary);
    assert.deepEqual([...port.secrets.keys()], ['shotlist.key:gateway@https://one.example:8443']);
  });

  it('stays where it is when the connection moves to another origin', async () => {
    const keys = createKeyStore(memoryPort());
    await keys.store(gateway('https://one.example/v1'), canary);
    for (const moved of ['https://two.example/v1', 'http://one.example/v1', 'https://one.example:8443/v1']) {
      assert.equal(await keys.find(gateway(moved)), undefined, moved);
    }
    assert.ok(await keys.find(gateway('https://one.example/another/path')));
  });

  it('is not handed to another connection at the same origin', async () => {
    const keys = createKeyStore(memoryPort());
    await keys.store(gateway('https://one.example/v1'), canary);
    const other = defineConnection({ id: 'other', baseUrl: 'https://one.example/v1' });
    assert.equal(await keys.find(other), undefined);
  });

  it('is not handed out where the entry says another origin than its name', async () => {
    const port = memoryPort();
    port.secrets.set(
      'shotlist.key:gateway@https://one.example',
      JSON.stringify({ origin: 'https://evil.example', key: canary }),
    );
    assert.equal(await createKeyStore(port).find(gateway('https://one.example')), undefined);
    port.secrets.set('shotlist.key:gateway@https://one.example', canary);
    assert.equal(await createKeyStore(port).find(gateway('https://one.example')), undefined);
  });

  it('can be listed and removed also after its connection is gone', async () => {
    const port = memoryPort();
    port.secrets.set('something else', 'x');
    const keys = createKeyStore(port);
    await keys.store(gateway('https://one.example'), canary);
    const [stored] = await keys.list();
    assert.deepEqual(stored, { connection: 'gateway', origin: 'https://one.example' });
    await keys.remove(stored);
    assert.deepEqual([...port.secrets.keys()], ['something else']);
  });

  it('that the storage refuses is an error, and is kept nowhere', async () => {
    const port = { ...memoryPort(), store: () => Promise.reject(new Error('no keyring')) };
    await assert.rejects(createKeyStore(port).store(gateway('https://one.example'), canary), /no keyring/);
    assert.equal(port.secrets.size, 0);
  });
});

describe('a typed key', () => {
  it('has to be something that fits into a header', () => {
    assert.equal(keyProblem('sk-abc_1'), undefined);
    assert.equal(keyProblem(''), 'empty');
    for (const wrong of ['a b', 'a\nb', 'schlüssel', '“sk-1”']) assert.equal(keyProblem(wrong), 'characters', wrong);
  });
});
