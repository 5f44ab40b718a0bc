import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rangeAfter } from '../../../src/extension/tracked-range.ts';

describe('a place in a document', () => {
  const place = { start: 10, end: 15 };

  it('moves with text put in or taken out before it', () => {
    assert.deepEqual(rangeAfter(place, [{ rangeOffset: 0, rangeLength: 0, text: 'abc' }]), { start: 13, end: 18 });
    assert.deepEqual(rangeAfter(place, [{ rangeOffset: 0, rangeLength: 4, text: '' }]), { start: 6, end: 11 });
  });

  it('stays for changes behind it', () => {
    assert.deepEqual(rangeAfter(place, [{ rangeOffset: 15, rangeLength: 3, text: 'long text' }]), place);
  });

  it('grows with what is written into it, not with what is written behind it', () => {
    assert.deepEqual(rangeAfter(place, [{ rangeOffset: 12, rangeLength: 0, text: 'xx' }]), { start: 10, end: 17 });
    assert.deepEqual(rangeAfter(place, [{ rangeOffset: 15, rangeLength: 0, text: 'xx' }]), place);
  });

  it('stays after what replaces it', () => {
    assert.deepEqual(rangeAfter(place, [{ rangeOffset: 8, rangeLength: 10, text: 'new' }]), { start: 11, end: 11 });
  });

  it('follows several changes at once', () => {
    const changes = [
      { rangeOffset: 20, rangeLength: 1, text: '' },
      { rangeOffset: 2, rangeLength: 0, text: 'ab' },
      { rangeOffset: 0, rangeLength: 1, text: '' },
    ];
    assert.deepEqual(rangeAfter(place, changes), { start: 11, end: 16 });
  });

  it('as a cursor moves on with what is typed at it', () => {
    assert.deepEqual(rangeAfter({ start: 5, end: 5 }, [{ rangeOffset: 5, rangeLength: 0, text: 'x' }]), {
      start: 6,
      end: 6,
    });
  });

  it('always lies in the document', () => {
    const change = fc.record({
      rangeOffset: fc.nat(30),
      rangeLength: fc.nat(10),
      text: fc.string({ maxLength: 10 }),
    });
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), change, (a, b, { rangeOffset, rangeLength, text }) => {
        const length = 40;
        const after = rangeAfter({ start: Math.min(a, b), end: Math.max(a, b) }, [{ rangeOffset, rangeLength, text }]);
        assert.ok(after.start >= 0 && after.start <= after.end && after.end <= length - rangeLength + text.length);
      }),
    );
  });
});
