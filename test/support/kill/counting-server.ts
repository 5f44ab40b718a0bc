/** An image server that counts what it would charge for. Every picture it makes is unlike any other. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encode } from 'fast-png';

/** One paid call, as the server saw it. */
export interface Creation {
  readonly prompt: string;
  /** SHA-256 of the pictures made, lower-case hex. */
  readonly pictures: readonly string[];
}

export interface CountingServer {
  readonly baseUrl: string;
  readonly creations: readonly Creation[];
  close(): Promise<void>;
}

const longestAnswerMs = 30;
/** So many of the answers are links instead of bytes. */
const linkShare = 0.3;

export async function startCountingServer(random: () => number): Promise<CountingServer> {
  const creations: Creation[] = [];
  const pictures = new Map<string, Buffer>();
  let serial = 0;
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url?.endsWith('/models') === true) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"object":"list","data":[]}');
      return;
    }
    if (request.method === 'GET') {
      await pause(random() * longestAnswerMs);
      const picture = pictures.get((request.url ?? '').split('/').at(-1) ?? '');
      response.writeHead(picture === undefined ? 404 : 200, { 'content-type': 'image/png' }).end(picture);
      return;
    }
    const body = JSON.parse(await readText(request)) as { prompt: string; n?: number };
    const made = Array.from({ length: body.n ?? 1 }, () => drawPicture(serial++));
    const hashes = made.map((picture) => createHash('sha256').update(picture).digest('hex'));
    creations.push({ prompt: body.prompt, pictures: hashes });
    for (const [index, hash] of hashes.entries()) pictures.set(hash, made[index] ?? Buffer.alloc(0));
    const asLinks = random() < linkShare;
    await pause(random() * longestAnswerMs);
    const data = made.map((picture, index) =>
      asLinks ? { url: `${baseUrl}/files/${hashes[index] ?? ''}` } : { b64_json: picture.toString('base64') },
    );
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ created: 1, data }));
  };

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    baseUrl,
    creations,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function drawPicture(serial: number): Buffer {
  const data = new Uint8Array(64 * 64 * 4).fill(255);
  new DataView(data.buffer).setUint32(0, serial);
  return Buffer.from(encode({ width: 64, height: 64, data, channels: 4, depth: 8 }));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
