import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DrawOrder } from '../../../src/core/sandbox/drawing/order.ts';
import { createPainter, UndrawableError } from '../../../src/core/sandbox/drawing/painter.ts';

const run = promisify(execFile);

const order: DrawOrder = {
  operation: 'generate',
  prompt: 'a fox',
  seed: 'a fox',
  width: 256,
  height: 256,
  format: 'png',
  transparent: false,
  detail: 1,
  compression: 100,
  notes: [],
  frames: 1,
  frameDurationMs: 100,
  partialImages: 0,
  references: [],
};

describe('the painter', function () {
  this.timeout(20_000);
  const { signal } = new AbortController();

  const drawAll = async (
    painter: ReturnType<typeof createPainter>,
    asked: DrawOrder,
    abort = signal,
  ): Promise<Uint8Array[]> => {
    const files = [];
    for await (const { bytes } of painter.draw(asked, 'bytes', abort)) files.push(bytes);
    return files;
  };

  it('draws many orders at once, each its own', async () => {
    const painter = createPainter();
    const orders = Array.from({ length: 6 }, (_, index) => ({ ...order, seed: `fox ${index}` }));
    const drawn = await Promise.all(orders.map((each) => drawAll(painter, each)));
    const again = await Promise.all(orders.toReversed().map((each) => drawAll(painter, each)));
    assert.deepEqual(again.toReversed(), drawn);
    assert.equal(new Set(drawn.map((files) => Buffer.from(files[0] ?? []).toString('base64'))).size, 6);
    await painter.dispose();
  });

  it('says what can not be drawn and goes on', async () => {
    const painter = createPainter();
    const broken = { ...order, operation: 'edit' as const, references: [new Uint8Array([0x89, 1, 2, 3])] };
    await assert.rejects(drawAll(painter, broken), UndrawableError);
    assert.equal((await drawAll(painter, order)).length, 1);
    await painter.dispose();
  });

  it('drops an order whose caller has left', async () => {
    const painter = createPainter();
    const gone = new AbortController();
    const first = drawAll(painter, order);
    const second = drawAll(painter, order, gone.signal);
    gone.abort();
    await assert.rejects(second, { name: 'AbortError' });
    assert.equal((await first).length, 1);
    await painter.dispose();
  });

  it('fails what is being drawn when it is disposed of, and draws again afterwards', async () => {
    const painter = createPainter();
    const drawing = assert.rejects(drawAll(painter, { ...order, width: 2048, height: 2048 }), /closed/);
    const waiting = assert.rejects(drawAll(painter, order), /closed/);
    await painter.dispose();
    await Promise.all([drawing, waiting]);
    assert.equal((await drawAll(painter, order)).length, 1);
    await painter.dispose();
  });

  it('starts its thread anew after it has been idle', async () => {
    const painter = createPainter({ idleMs: 1 });
    const [before] = await drawAll(painter, order);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const [after] = await drawAll(painter, order);
    assert.deepEqual(after, before);
    await painter.dispose();
  });

  it('lets a process end by itself, but not before its pictures are there', async () => {
    const source = fileURLToPath(new URL('../../../src/core/sandbox/sandbox.ts', import.meta.url));
    const script = `
      import { createSandbox } from ${JSON.stringify(source)};
      const response = await createSandbox().fetch('http://x/v1/images/generations', {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"prompt":"a fox"}' });
      const answer = await response.json();
      console.log(answer.data.length);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { timeout: 15_000 });
    assert.equal(stdout, '1\n');
  });
});
