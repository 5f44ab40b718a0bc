import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { chosenFormat, extensionOf, mimeOfFormat, sniffMediaType } from '../../../src/core/outputs/media-type.ts';

const text = (value: string): Uint8Array => Buffer.from(value);
const png = encode({ width: 1, height: 1, data: new Uint8Array(4), channels: 4, depth: 8 });

describe('The type of a file', () => {
  for (const [name, bytes, mime] of [
    ['a PNG', png, 'image/png'],
    ['a JPEG', Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex'), 'image/jpeg'],
    ['a GIF', text('GIF89a\u0001\u0000\u0001\u0000\u0000\u0000\u0000;'), 'image/gif'],
    [
      'a WebP',
      Buffer.concat([text('RIFF'), Buffer.from([26, 0, 0, 0]), text('WEBPVP8L'), Buffer.alloc(18)]),
      'image/webp',
    ],
    [
      'an MP4',
      Buffer.concat([
        Buffer.from([0, 0, 0, 24]),
        text('ftypisom'),
        Buffer.alloc(4),
        text('isomiso2'),
        Buffer.alloc(64),
      ]),
      'video/mp4',
    ],
    ['an SVG', text('<svg xmlns="http://www.w3.org/2000/svg"></svg>'), 'image/svg+xml'],
    [
      'an SVG with a head',
      text('\ufeff<?xml version="1.0"?>\n<!-- made -->\n<!DOCTYPE svg>\n<svg width="1">\n</svg>\n'),
      'image/svg+xml',
    ],
    ['HTML', text('<!doctype html><svg></svg>'), undefined],
    ['HTML that begins like an SVG', text('<svg></svg><script>alert(1)</script>'), undefined],
    ['an SVG that is cut', text('<svg><g>'), undefined],
    ['a word that begins like svg', text('<svgfoo></svg>'), undefined],
    ['an SVG with entities of its own', text('<!DOCTYPE svg [<!ENTITY a "b">]><svg></svg>'), undefined],
    ['JSON', text('{"error":"no"}'), undefined],
    ['a program', Buffer.concat([Buffer.from('7f454c46020101', 'hex'), Buffer.alloc(64)]), undefined],
    ['a PDF', text('%PDF-1.7\n'), undefined],
    ['nothing', new Uint8Array(), undefined],
  ] as const) {
    it(`is told from the bytes of ${name}`, async () => assert.equal(await sniffMediaType(bytes), mime));
  }

  it('has the extension that goes with it, and none that anything opens otherwise', () => {
    assert.equal(extensionOf('image/jpeg'), 'jpg');
    assert.equal(extensionOf('image/svg+xml'), 'svg');
    assert.equal(extensionOf('text/html'), 'bin');
    assert.equal(extensionOf('application/octet-stream'), 'bin');
  });

  it('follows from a format', () => {
    assert.deepEqual(['png', 'jpeg', 'webp', 'gif', 'svg'].map(mimeOfFormat), [
      'image/png',
      'image/jpeg',
      'image/webp',
      'image/gif',
      'image/svg+xml',
    ]);
  });
});

describe('The format of a file that the person names', () => {
  it('is its extension', () => {
    assert.equal(chosenFormat('a/logo.png'), 'png');
    assert.equal(chosenFormat('a/logo.JPG'), 'jpeg');
    assert.equal(chosenFormat('a/logo.svg'), 'svg');
  });

  it('is open for a folder and for a name without extension', () => {
    const folder = mkdtempSync(join(tmpdir(), 'shotlist-test-'));
    try {
      mkdirSync(join(folder, 'odd.png'));
      assert.equal(chosenFormat(join(folder, 'odd.png')), undefined);
      assert.equal(chosenFormat('new.png/'), undefined);
      assert.equal(chosenFormat('a/logo'), undefined);
      assert.equal(chosenFormat('a/v1.2'), undefined);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is refused where nothing makes it', () => {
    assert.throws(() => chosenFormat('logo.bmp'), { name: 'ShotlistError', code: 'invalid_request' });
  });
});
