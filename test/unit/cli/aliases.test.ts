import assert from 'node:assert/strict';
import { resolveAlias } from '../../../src/cli/aliases.ts';
import { resumeCommand, whatIsLeft } from '../../../src/cli/what-is-left.ts';
import { formatDuration, nounOf } from '../../../src/cli/words.ts';
import { findModel } from '../../../src/core/catalog/catalog.ts';
import { builtInConnections, defineConnection } from '../../../src/core/connections/connection.ts';

describe('aliases of connections', () => {
  it('stand for a connection and a model that it speaks for', () => {
    for (const alias of ['sora2', 'omni', 'veo']) {
      const { connection = '', model = '' } = resolveAlias(alias, builtInConnections);
      const found = builtInConnections.find(({ id }) => id === connection);
      const protocol = findModel(model)?.protocol;
      assert.ok(protocol !== undefined && found?.protocols.includes(protocol), alias);
    }
  });

  it("any other name, and a connection of the person's own, is the connection itself", () => {
    const own = defineConnection({ id: 'omni', baseUrl: 'http://localhost:1/v1' });
    assert.deepEqual(resolveAlias('omni', [...builtInConnections, own]), { connection: 'omni' });
    assert.deepEqual(resolveAlias('constructor', builtInConnections), { connection: 'constructor' });
    assert.deepEqual(resolveAlias(undefined, builtInConnections), {});
  });
});

describe('how to go on', () => {
  it('names the address that is stored nowhere', () => {
    assert.equal(resumeCommand({}), 'shotlist jobs resume');
    assert.equal(
      resumeCommand({ connection: 'veo', baseUrl: 'http://localhost:1/v1', workspace: 'my films' }),
      'shotlist jobs resume --connection veo --base-url http://localhost:1/v1 --workspace "my films"',
    );
  });

  it('resumes what can be resumed, and retries knowingly what is unknown', () => {
    assert.equal(whatIsLeft([{ id: 'a', status: 'done' }], {}), undefined);
    const left = whatIsLeft(
      [
        { id: 'a', status: 'running' },
        { id: 'b', status: 'queued' },
        { id: 'c', status: 'unknown' },
      ],
      {},
    );
    assert.match(left ?? '', /^2 jobs left: `shotlist jobs resume` goes on\.\n1 job sent .*`shotlist jobs retry c`/);
  });
});

describe('words', () => {
  it('say times and what is made', () => {
    assert.deepEqual([400, 99_400, 130_000, 7_800_000].map(formatDuration), [
      '0 s',
      '99 s',
      '2 min 10 s',
      '2 h 10 min',
    ]);
    assert.deepEqual(
      [nounOf(['video', 'video']), nounOf(['image']), nounOf(['image', 'video'])],
      ['clip', 'picture', 'result'],
    );
  });
});
