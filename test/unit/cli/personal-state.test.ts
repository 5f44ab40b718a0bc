import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOwnConnections, readSettings } from '../../../src/cli/personal-state.ts';
import { atBaseUrl, type Connection } from '../../../src/core/connections/connection.ts';

describe("the person's own files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shotlist-personal-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (connections: unknown, mode = 0o600): Promise<void> => {
    const path = join(folder, 'connections.json');
    await writeFile(path, typeof connections === 'string' ? connections : JSON.stringify({ connections }));
    await chmod(path, mode);
  };

  it('no files mean no connections and no settings', async () => {
    assert.deepEqual((await readOwnConnections(folder, {})).connections, []);
    assert.deepEqual(await readSettings(folder), {});
  });

  it('a connection has its key by value, by variable, or none', async () => {
    await write([
      { id: 'one', baseUrl: 'https://one.example/v1', key: 'canary-one' },
      { id: 'two', baseUrl: 'https://two.example/v1', keyVariable: 'TWO_KEY' },
      { id: 'three', baseUrl: 'http://localhost:8000/v1', needsKey: false },
    ]);
    const { connections, credentials } = await readOwnConnections(folder, { TWO_KEY: 'canary-two' });
    const keys = await Promise.all(connections.map((connection) => credentials.find(connection)));
    assert.deepEqual(
      keys.map((key) => key?.value),
      ['canary-one', 'canary-two', undefined],
    );
    assert.equal(keys[1]?.source, 'TWO_KEY');
  });

  it('a key goes nowhere but to the address it was written beside', async () => {
    await write([{ id: 'one', baseUrl: 'https://one.example/v1', key: 'canary-one' }]);
    const { connections, credentials } = await readOwnConnections(folder, {});
    const elsewhere = atBaseUrl(connections[0] as Connection, 'https://other.example/v1');
    assert.equal(await credentials.find(elsewhere), undefined);
  });

  it('a file that others can read is refused, and the message says what to do', async function () {
    if (process.platform === 'win32') this.skip();
    for (const mode of [0o644, 0o640, 0o604, 0o620]) {
      await write([], mode);
      await assert.rejects(readOwnConnections(folder, {}), (error: Error & { hint?: string }) => {
        assert.match(error.message, /other users/);
        assert.match(error.hint ?? '', /chmod 600/);
        return true;
      });
    }
  });

  it('what is wrong is named, and a key in broken JSON is not repeated', async () => {
    await write('{"connections":[{"id":"x","key":"canary-broken-key"');
    await assert.rejects(readOwnConnections(folder, {}), (error: Error) => {
      assert.doesNotMatch(error.message, /canary/);
      return true;
    });
    await write([{ id: 'x', baseUrl: 'ftp://x' }]);
    await assert.rejects(readOwnConnections(folder, {}), /connections\.0: baseUrl/);
    await write([{ id: 'openai', baseUrl: 'https://x.example' }]);
    await assert.rejects(readOwnConnections(folder, {}), /built-in/);
    await write([
      { id: 'x', baseUrl: 'https://x.example' },
      { id: 'x', baseUrl: 'https://y.example' },
    ]);
    await assert.rejects(readOwnConnections(folder, {}), /two connections/);
  });

  it('settings are checked', async () => {
    await writeFile(join(folder, 'settings.json'), '{"confirmAbove":{"images":3}}');
    assert.deepEqual(await readSettings(folder), { confirmAbove: { images: 3 } });
    await writeFile(join(folder, 'settings.json'), '{"apiKey":"x"}');
    await assert.rejects(readSettings(folder), { code: 'invalid_request' });
  });
});
