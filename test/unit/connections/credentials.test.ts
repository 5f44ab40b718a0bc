import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { chooseConnection, findConnection } from '../../../src/core/connections/choose-connection.ts';
import {
  atBaseUrl,
  builtInConnections,
  defineConnection,
  type Connection,
} from '../../../src/core/connections/connection.ts';
import {
  environmentCredentials,
  firstOf,
  keyFor,
  type Credentials,
} from '../../../src/core/connections/credentials.ts';
import { ShotlistError } from '../../../src/core/errors.ts';

const openai = builtInConnections.find((connection) => connection.id === 'openai') as Connection;
const none: Credentials = { find: () => Promise.resolve(undefined) };
const environment = environmentCredentials({ OPENAI_API_KEY: 'canary' });

describe('credentials', () => {
  it('hand the environment’s key to the vendor’s own origin', async () => {
    assert.equal((await environment.find(openai))?.value, 'canary');
    assert.equal((await environment.find(atBaseUrl(openai, 'https://eu.api.openai.com/v1')))?.value, 'canary');
  });

  it('never hand it to another origin, to look-alikes or over plain http', async () => {
    for (const url of [
      'https://evil.example/v1',
      'https://api.openai.com.evil.example/v1',
      'https://evil.example/api.openai.com',
      'https://generativelanguage.googleapis.com/v1',
      'https://api.openai.com@evil.example/v1',
      'http://api.openai.com/v1',
      'http://localhost:1/v1',
    ]) {
      assert.equal(await environment.find(atBaseUrl(openai, url)), undefined, url);
    }
  });

  it('hand it to the base URL that the person’s own environment names', async () => {
    const trusting = environmentCredentials({ OPENAI_API_KEY: 'canary' }, 'http://localhost:4000/v1');
    assert.equal((await trusting.find(atBaseUrl(openai, 'http://localhost:4000/v1')))?.value, 'canary');
    assert.equal(await trusting.find(atBaseUrl(openai, 'http://localhost:4001/v1')), undefined);
  });

  it('take the first place that has one, and say which key is missing', async () => {
    const key = await firstOf(none, environment).find(openai);
    assert.equal(key?.source, 'OPENAI_API_KEY');
    await assert.rejects(
      keyFor(openai, none),
      (error) => ShotlistError.is(error) && error.code === 'missing_key' && /sandbox/.test(error.hint ?? ''),
    );
    assert.equal(await keyFor(atBaseUrl(openai, 'http://localhost:4000/v1'), none), undefined);
  });
});

describe('connections', () => {
  it('are found by id, with a suggestion for a slip', () => {
    assert.equal(findConnection('sandbox', builtInConnections).embedded, true);
    assert.throws(() => findConnection('sandbx', builtInConnections), /There is no connection "sandbx"/);
  });

  it('never choose the sandbox by themselves', async () => {
    assert.equal((await chooseConnection({}, { connections: builtInConnections, credentials: none })).id, 'openai');
    assert.equal(
      (await chooseConnection({ named: 'sandbox' }, { connections: builtInConnections, credentials: none })).id,
      'sandbox',
    );
  });

  it('are checked as they are written', () => {
    const defined = defineConnection({ id: 'local', baseUrl: 'http://localhost:8091/v1/', needsKey: false });
    assert.equal(defined.baseUrl, 'http://localhost:8091/v1');
    assert.equal(defined.allowsUnknownModels, true);
    for (const wrong of [
      { id: 'openai', baseUrl: 'http://x.example' },
      { id: 'a b', baseUrl: 'http://x.example' },
      { id: 'x', baseUrl: 'ftp://x.example' },
      { id: 'x', baseUrl: 'http://x.example', apiKey: 'no' },
      { id: 'x' },
      null,
    ]) {
      assert.throws(
        () => defineConnection(wrong),
        (error) => ShotlistError.is(error) && error.code === 'invalid_request',
      );
    }
  });
});
