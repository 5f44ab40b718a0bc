import assert from 'node:assert/strict';
import { exitCodeOfError, exitCodeOfJobs } from '../../../src/cli/exit-code.ts';
import { errorCodes, type ErrorCode } from '../../../src/core/errors.ts';

const expected: Record<ErrorCode, number> = {
  invalid_request: 2,
  unsupported_parameter: 2,
  model_retired: 2,
  model_not_found: 2,
  missing_key: 4,
  invalid_key: 4,
  permission_denied: 4,
  quota_exceeded: 4,
  budget_exceeded: 4,
  rate_limited: 1,
  moderation_blocked: 3,
  provider_unavailable: 1,
  connection_failed: 1,
  timeout: 5,
  cancelled: 1,
  bad_response: 1,
  download_failed: 1,
  write_failed: 1,
  template_error: 2,
  outside_workspace: 2,
  untrusted_workspace: 2,
  not_found: 2,
  internal: 1,
};

describe('exit codes', () => {
  for (const code of errorCodes) {
    it(`${code} found out here exits with ${expected[code]}`, () => {
      assert.equal(exitCodeOfError({ code }), expected[code]);
    });
  }

  it('a refusal by a server is 1 where our own check would be 2', () => {
    assert.equal(exitCodeOfError({ code: 'invalid_request', provider: { status: 400 } }), 1);
    assert.equal(exitCodeOfError({ code: 'model_not_found', provider: { status: 404 } }), 1);
    assert.equal(exitCodeOfError({ code: 'invalid_key', provider: { status: 401 } }), 4);
  });

  it('jobs that are all done exit with 0', () => {
    assert.equal(exitCodeOfJobs([{ status: 'done' }, { status: 'done' }]), 0);
    assert.equal(exitCodeOfJobs([]), 0);
  });

  it('one job that is left outweighs all others', () => {
    const blocked = { status: 'failed', error: { code: 'moderation_blocked', message: '' } } as const;
    for (const status of ['queued', 'submitting', 'running', 'downloading', 'unknown'] as const) {
      assert.equal(exitCodeOfJobs([blocked, { status }, { status: 'done' }]), 5);
    }
  });

  it('failed jobs exit with the code they have in common, else with 1', () => {
    const blocked = { status: 'failed', error: { code: 'moderation_blocked', message: '' } } as const;
    const quota = { status: 'failed', error: { code: 'quota_exceeded', message: '' } } as const;
    assert.equal(exitCodeOfJobs([blocked, { status: 'done' }, blocked]), 3);
    assert.equal(exitCodeOfJobs([blocked, quota]), 1);
    assert.equal(exitCodeOfJobs([{ status: 'cancelled' }]), 1);
  });
});
