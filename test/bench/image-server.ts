/**
 * A server that answers image requests after a fixed time, in a process of its own so that it takes no time from the
 * clients that are measured. `node image-server.ts DELAY_MS PIXELS` prints its base URL.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encode } from 'fast-png';

const delayMs = Number(process.argv[2]);
const edge = Number(process.argv[3]);

/** Noise, so that the file is as large as a real picture of that size. */
function noisePicture(): string {
  const data = new Uint8Array(edge * edge * 3);
  let state = 1;
  for (let index = 0; index < data.length; index++) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    data[index] = (state >> 16) & 63;
  }
  return Buffer.from(encode({ width: edge, height: edge, data, channels: 3, depth: 8 })).toString('base64');
}

const usage = {
  input_tokens: 10,
  output_tokens: 1000,
  total_tokens: 1010,
  input_tokens_details: { text_tokens: 10, image_tokens: 0 },
};
const body = Buffer.from(
  JSON.stringify({ created: 1, data: [{ b64_json: noisePicture() }], output_format: 'png', usage }),
);

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    setTimeout(() => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': body.length,
        'x-request-id': 'bench',
      });
      response.end(body);
    }, delayMs);
  });
});
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
});
