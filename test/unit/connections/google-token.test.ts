import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ShotlistError } from '../../../src/core/errors.ts';
import { urlOf } from '../../../src/core/network/fetch-wrappers.ts';
import { createGoogleToken } from '../../../src/core/connections/google-token.ts';

describe('The token of application default credentials', () => {
  const saved = process.env['GOOGLE_APPLICATION_CREDENTIALS'];
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shotlist-google-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  afterEach(() => {
    if (saved === undefined) delete process.env['GOOGLE_APPLICATION_CREDENTIALS'];
    else process.env['GOOGLE_APPLICATION_CREDENTIALS'] = saved;
  });

  for (const [name, content] of [
    ['is missing', undefined],
    ['is no JSON', 'secret-of-a-file'],
    ['is of an unknown kind', '{"type":"surprise","private_key":"secret-of-a-file"}'],
  ] as const) {
    it(`whose file ${name} is asked for with words that show nothing of it`, async () => {
      const path = join(folder, `${name}.json`);
      if (content !== undefined) await writeFile(path, content);
      process.env['GOOGLE_APPLICATION_CREDENTIALS'] = path;
      await assert.rejects(createGoogleToken()(), (error: unknown) => {
        assert(ShotlistError.is(error));
        assert.equal(error.code, 'missing_key');
        assert.equal(error.message, 'There are no Google Cloud credentials on this machine that can be used.');
        assert.equal(error.hint, 'Sign in with: gcloud auth application-default login');
        assert.doesNotMatch(JSON.stringify(error.toData()), /secret-of-a-file/);
        return true;
      });
    });
  }

  const signIn = async (answer: () => Response | Promise<Response>) => {
    const path = join(folder, 'user.json');
    const user = {
      type: 'authorized_user',
      client_id: 'id',
      client_secret: 'secret-of-a-file',
      refresh_token: 'refresh',
    };
    await writeFile(path, JSON.stringify(user));
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = path;
    const asked: string[] = [];
    const token = createGoogleToken(async (input) => {
      asked.push(urlOf(input).href);
      return answer();
    });
    return { token, asked };
  };

  it('is got from Google once, by the fetch that everything goes through', async () => {
    const { token, asked } = await signIn(() => Response.json({ access_token: 'ya29.fresh', expires_in: 3600 }));
    assert.equal(await token(), 'ya29.fresh');
    assert.equal(await token(), 'ya29.fresh');
    assert.deepEqual(asked, ['https://oauth2.googleapis.com/token']);
  });

  it('that is no longer good is asked for anew', async () => {
    const { token } = await signIn(() => Response.json({ error: 'invalid_grant' }, { status: 400 }));
    await assert.rejects(token(), { code: 'missing_key', hint: /gcloud auth/ });
  });

  it('that can’t be got for want of a network is not called missing', async () => {
    const { token } = await signIn(() => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ENOTFOUND' }) });
    });
    await assert.rejects(token(), {
      code: 'connection_failed',
      maybeCharged: false,
      message: /^The address of oauth2\.googleapis\.com can't be found/,
    });
  });

  it('is looked for again after it was missing', async () => {
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = join(folder, 'later.json');
    const token = createGoogleToken();
    await assert.rejects(token(), { code: 'missing_key' });
    await assert.rejects(token(), { code: 'missing_key' });
  });
});
