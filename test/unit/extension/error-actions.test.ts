import assert from 'node:assert/strict';
import { errorCodes } from '../../../src/core/errors.ts';
import { actionsFor, errorText, type ErrorContext } from '../../../src/extension/error-actions.ts';

const context: ErrorContext = { atOpenai: true, canRepeat: true, maybeCharged: false };

describe('the actions of an error', () => {
  it('are there for every error but a cancellation', () => {
    for (const code of errorCodes) {
      const actions = actionsFor(code, context);
      assert.equal(actions.length > 0, code !== 'cancelled', code);
      assert.ok(actions.length <= 3, code);
    }
  });

  it('mend what is missing', () => {
    assert.equal(actionsFor('missing_key', context)[0], 'setApiKey');
    assert.equal(actionsFor('invalid_key', context)[0], 'setApiKey');
    assert.equal(actionsFor('untrusted_workspace', context)[0], 'manageTrust');
  });

  it('open pages of OpenAI for OpenAI only', () => {
    assert.equal(actionsFor('quota_exceeded', context)[0], 'openBilling');
    assert.ok(!actionsFor('quota_exceeded', { ...context, atOpenai: false }).includes('openBilling'));
    assert.ok(!actionsFor('permission_denied', { ...context, atOpenai: false }).includes('openOrganization'));
  });

  it('offer a replacement where there is one', () => {
    assert.deepEqual(actionsFor('model_retired', context), ['openSettings']);
    assert.equal(actionsFor('model_retired', { ...context, replacement: 'b' })[0], 'useReplacement');
  });

  it('never repeat what may be charged', () => {
    for (const code of errorCodes) {
      assert.ok(!actionsFor(code, { ...context, maybeCharged: true }).includes('tryAgain'), code);
      assert.ok(!actionsFor(code, { ...context, canRepeat: false }).includes('tryAgain'), code);
    }
    assert.ok(actionsFor('rate_limited', context).includes('tryAgain'));
  });
});

describe('the sentence of an error', () => {
  const error = { message: 'There is no key for OpenAI.', hint: 'Set one.' };

  it('leaves the hint to the button that says the same', () => {
    assert.equal(errorText(error, ['setApiKey']), error.message);
  });

  it('has the hint where no button mends the error', () => {
    assert.equal(errorText(error, ['showLog']), 'There is no key for OpenAI. Set one.');
    assert.equal(errorText({ message: 'No.' }, []), 'No.');
  });

  it('is one, however much a server says', () => {
    const message = `OpenAI refused: You exceeded your quota. ${'For more information read on. '.repeat(10)}`;
    assert.equal(errorText({ message }, ['openBilling']), 'OpenAI refused: You exceeded your quota.');
    const address = `OpenAI answered with a very long address: https://a.example/${'x'.repeat(200)}`;
    assert.equal(errorText({ message: address }, []), address);
  });
});
