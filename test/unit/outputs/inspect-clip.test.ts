import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { inspectClip } from '../../../src/core/outputs/inspect-clip.ts';
import type { ClipFacts } from '../../../src/core/outputs/clip-messages.ts';
import {
  box,
  clipWithIndexFirst,
  fragmentedClip,
  matroskaClip,
  quicktimeClip,
  sampleClip,
  webmClip,
  withManifest,
} from '../../support/sample-clips.ts';

const mp4: ClipFacts = { mime: 'video/mp4', width: 64, height: 32, seconds: 4, codec: 'avc', c2pa: false };

describe('A look into a clip', function () {
  // each look into a clip starts a thread
  this.timeout(20_000);
  let folder: string;
  let clip: Buffer;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shotlist-test-'));
    clip = Buffer.from(await sampleClip());
  });
  after(() => rm(folder, { recursive: true }));

  const look = async (bytes: Uint8Array): Promise<ClipFacts> => {
    const path = join(folder, 'clip');
    await writeFile(path, bytes);
    return inspectClip(path);
  };
  const refused = (bytes: Uint8Array, message: RegExp): Promise<void> =>
    assert.rejects(look(bytes), { name: 'UnplayableClip', message });
  /** Where a box's type stands. */
  const typeAt = (bytes: Buffer, type: string): number => {
    const at = bytes.indexOf(type, 0, 'latin1');
    assert.ok(at > 0, type);
    return at;
  };

  /** The clip with one more table in its index, which lies behind the pictures. */
  const withTable = (bytes: Buffer, table: Buffer): Buffer => {
    const at = typeAt(bytes, 'stts') - 4;
    const larger = Buffer.concat([bytes.subarray(0, at), table, bytes.subarray(at)]);
    for (const type of ['moov', 'trak', 'mdia', 'minf', 'stbl']) {
      const sizeAt = typeAt(larger, type) - 4;
      larger.writeUInt32BE(larger.readUInt32BE(sizeAt) + table.length, sizeAt);
    }
    return larger;
  };

  it('tells size, length, codec and type', async () => {
    assert.deepEqual(await look(clip), mp4);
    assert.deepEqual(await look(await sampleClip({ width: 128, height: 96, seconds: 2 })), {
      ...mp4,
      width: 128,
      height: 96,
      seconds: 2,
    });
  });

  it('knows an index at the end, at the beginning, and in fragments', async () => {
    assert.ok(typeAt(clip, 'mdat') < typeAt(clip, 'moov'));
    const indexFirst = Buffer.from(await clipWithIndexFirst(clip));
    assert.ok(typeAt(indexFirst, 'moov') < typeAt(indexFirst, 'mdat'));
    const fragmented = Buffer.from(await fragmentedClip(clip));
    assert.ok(typeAt(fragmented, 'moof') > 0);
    for (const bytes of [indexFirst, fragmented]) assert.deepEqual(await look(bytes), mp4);
  });

  it('knows other containers, and calls those unknown that are not kept under their name', async () => {
    assert.deepEqual(await look(await quicktimeClip(clip)), { ...mp4, mime: 'video/quicktime' });
    assert.equal((await look(await webmClip())).mime, 'video/webm');
    assert.equal((await look(await matroskaClip(clip))).mime, 'application/octet-stream');
    const m4v = Buffer.from(clip);
    m4v.write('M4V ', typeAt(m4v, 'ftyp') + 4, 'latin1');
    assert.deepEqual(await look(m4v), mp4);
  });

  it('takes 64-bit sizes, a last box that goes to the end, and bytes behind the last box', async () => {
    const indexFirst = Buffer.from(await clipWithIndexFirst(clip));
    const toTheEnd = Buffer.from(indexFirst);
    toTheEnd.writeUInt32BE(0, typeAt(toTheEnd, 'mdat') - 4);
    assert.deepEqual(await look(toTheEnd), mp4);
    const long = Buffer.alloc(16 + 20);
    long.writeUInt32BE(1);
    long.write('free', 4, 'latin1');
    long.writeBigUInt64BE(BigInt(long.length), 8);
    assert.deepEqual(await look(Buffer.concat([clip, long])), mp4);
    assert.deepEqual(await look(Buffer.concat([clip, Buffer.alloc(13)])), mp4);
  });

  it('finds the C2PA manifest of an MP4, and takes no other box for one', async () => {
    assert.deepEqual(await look(withManifest(clip)), { ...mp4, c2pa: true });
    assert.deepEqual(await look(Buffer.concat([clip, box('uuid', Buffer.alloc(20, 7))])), mp4);
    assert.deepEqual(await look(Buffer.concat([clip, box('uuid', Buffer.alloc(3))])), mp4);
  });

  it('refuses what is cut off, wherever it is cut', async () => {
    const indexFirst = Buffer.from(await clipWithIndexFirst(clip));
    for (const whole of [clip, indexFirst, Buffer.from(await quicktimeClip(clip)), Buffer.from(await webmClip())]) {
      for (const part of [0.3, 0.6, 0.95]) await refused(whole.subarray(0, Math.floor(whole.length * part)), /./);
    }
    await refused(indexFirst.subarray(0, -1), /its end is missing/);
    const fragmented = Buffer.from(await fragmentedClip(clip));
    await refused(fragmented.subarray(0, -20), /its end is missing/);
    await refused(clip.subarray(0, typeAt(clip, 'moov') - 4), /parts of it are missing/);
    await refused(indexFirst.subarray(0, typeAt(indexFirst, 'mdat') - 4), /parts of it are missing/);
  });

  it('refuses an index that points beyond the file, and an empty one', async () => {
    const beyond = Buffer.from(clip);
    beyond.writeUInt32BE(0x7fff_0000, typeAt(beyond, 'stco') + 12);
    await refused(beyond, /./);
    const empty = Buffer.concat([
      box('ftyp', Buffer.from('isomisom')),
      box('moov', Buffer.alloc(0)),
      box('mdat', clip),
    ]);
    await refused(empty, /./);
  });

  it('refuses what is something else, and says what it is where that is known', async () => {
    await refused(Buffer.from('\u{feff}<!DOCTYPE html><title>Sign in</title>'), /^it is a web page$/);
    await refused(Buffer.from(' {"error": "no"}'), /^it is JSON$/);
    await refused(Buffer.from('hello'), /^it is no clip$/);
    await refused(Buffer.from('GIF89a\u0001\u0000\u0001\u0000\u0000\u0000\u0000;', 'latin1'), /^it is image\/gif$/);
    await refused(Buffer.alloc(0), /^it is no clip$/);
    await refused(Buffer.alloc(4096), /./);
  });

  it('is not harmed by an index that claims thousands of millions of pictures', async function () {
    this.timeout(60_000);
    // offsets of pictures in time make the parser list all pictures
    const bomb = withTable(clip, box('ctts', Buffer.from('00000000000000010000000100000001', 'hex')));
    bomb.writeUInt32BE(0xffff_ffff, typeAt(bomb, 'stts') + 12);
    const before = process.memoryUsage().rss;
    await refused(bomb, /too much to read/);
    assert.ok(process.memoryUsage().rss - before < 600 * 1024 * 1024);
    assert.deepEqual(await look(clip), mp4);
  });

  it('ends with facts or a refusal whatever the bytes', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(fc.nat(clip.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }), async (at, noise) => {
        const broken = Buffer.from(clip);
        broken.set(noise.subarray(0, broken.length - at), at);
        const found = await look(broken).catch((error: unknown) => {
          assert.equal((error as Error).name, 'UnplayableClip');
          return mp4;
        });
        assert.ok(found.width > 0 && found.height > 0 && found.seconds > 0);
      }),
      { seed: 20_261_122, numRuns: 40 },
    );
  });

  it('can be cancelled', async () => {
    await writeFile(join(folder, 'clip'), clip);
    await assert.rejects(inspectClip(join(folder, 'clip'), AbortSignal.abort()), { code: 'cancelled' });
    const controller = new AbortController();
    const running = inspectClip(join(folder, 'clip'), controller.signal);
    controller.abort();
    await assert.rejects(running, { code: 'cancelled' });
  });

  it('refuses a file that is not there', async () => {
    await assert.rejects(inspectClip(join(folder, 'none')), { name: 'UnplayableClip' });
  });
});
