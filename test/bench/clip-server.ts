/**
 * A server that sends one playable clip of any size, in a process of its own: a small MP4 and behind it a box of zeros
 * that is made while it is sent. `node clip-server.ts BYTES` prints its address.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sampleClip } from '../support/sample-clips.ts';

const total = Number(process.argv[2]);
const clip = await sampleClip();
const head = Buffer.alloc(16);
head.writeUInt32BE(1);
head.write('mdat', 4, 'latin1');
head.writeBigUInt64BE(BigInt(total - clip.length), 8);
const start = Buffer.concat([clip, head]);
const zeros = Buffer.alloc(1024 * 1024);

const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': total, etag: '"bench"' });
  response.write(start);
  let left = total - start.length;
  const send = (): void => {
    while (left > 0) {
      const piece = left < zeros.length ? zeros.subarray(0, left) : zeros;
      left -= piece.length;
      if (!response.write(piece)) {
        response.once('drain', send);
        return;
      }
    }
    response.end();
  };
  send();
});
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/clip.mp4`);
});
