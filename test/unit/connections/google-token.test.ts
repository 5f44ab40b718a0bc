import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ShotlistError } from '../../../src/core/errors.ts';
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

  it('is looked for again after it was missing', async () => {
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = join(folder, 'later.json');
    const token = createGoogleToken();
    await assert.rejects(token(), { code: 'missing_key' });
    await assert.rejects(token(), { code: 'missing_key' });
  });
});
