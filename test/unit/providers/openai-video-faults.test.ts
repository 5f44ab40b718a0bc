import assert from 'node:assert/strict';
import type { FetchFunction } from '../../../src/core/environment.ts';
import type { CallContext, Operation } from '../../../src/core/providers/provider.ts';
import { checkFailure, failureOf, until } from '../../support/failures.ts';
import { contextOf } from '../../support/openai-calls.ts';
import { openaiVideos, videoCall, videoConnection } from '../../support/openai-video-calls.ts';
import { soraDialects, type SoraFault } from '../../support/sora-server-faults.ts';
import { startSoraServer, type SoraServer } from '../../support/sora-server.ts';
import { bodyFault, statusFault, videoCreations, videoReadings, type VideoFaultRow } from './video-fault-rows.ts';

describe('Faults of the Videos protocol', () => {
  let server: SoraServer;
  let context: CallContext;
  let operation: Operation;
  const videos = openaiVideos();
  before(async () => {
    server = await startSoraServer();
    context = contextOf(videoConnection(server.baseUrl));
  });
  after(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    server.clear();
    server.speak({});
  });
  const begin = async (): Promise<void> => {
    ({ operation } = await videos.start(videoCall(), context));
  };
  const check = (error: Awaited<ReturnType<typeof failureOf>>, row: VideoFaultRow): void => {
    checkFailure(error, row);
    assert.equal(/charged/.test(error.hint ?? ''), row.maybeCharged ?? false);
  };

  describe('at creation', () => {
    for (const row of videoCreations) {
      it(`${row.name} → ${row.code}`, async () => {
        server.fail('create', row.fault, Infinity);
        check(await failureOf(videos.start(videoCall(row.call), context)), row);
        assert.equal(server.requests.length, 1, 'nothing is repeated here');
        assert.equal(server.creations.length, row.counted ?? 0);
      });
    }

    it('hanging, cancelled: it may be charged', async () => {
      server.fail('create', { type: 'hang', counted: true });
      const abort = new AbortController();
      const started = failureOf(videos.start(videoCall(), { ...context, signal: abort.signal }));
      await until(() => server.creations.length === 1);
      abort.abort();
      checkFailure(await started, { code: 'cancelled', maybeCharged: true, message: /Cancelled/ });
    });

    it('cancelled before: nothing is sent', async () => {
      const error = await failureOf(videos.start(videoCall(), { ...context, signal: AbortSignal.abort() }));
      checkFailure(error, { code: 'cancelled', message: /Cancelled/ });
      assert.equal(server.requests.length, 0);
    });

    it('nobody there: nothing is charged', async () => {
      const closed = await startSoraServer();
      await closed[Symbol.asyncDispose]();
      const away = contextOf(videoConnection(closed.baseUrl));
      checkFailure(await failureOf(videos.start(videoCall(), away)), {
        code: 'connection_failed',
        retryable: true,
        message: /can't be reached/,
      });
    });

    it('a server without videos answers so to everything', async () => {
      server.speak(soraDialects['no videos']);
      await assert.rejects(videos.start(videoCall(), context), { code: 'not_found', message: /doesn't make videos/ });
      await assert.rejects(async () => videos.list?.(0, context), { code: 'not_found', message: /doesn't list/ });
      await assert.rejects(videos.status({ id: 'a' }, context), { code: 'not_found' });
    });
  });

  for (const [phase, call] of [
    ['poll', () => videos.status(operation, context)],
    ['list', async () => videos.list?.(0, context)],
    ['delete', async () => videos.remove?.(operation, context)],
  ] as const) {
    describe(`at a ${phase}`, () => {
      const isBodyFault = ({ type }: SoraFault): boolean => type === 'truncated' || type === 'lying length';
      for (const row of videoReadings.filter(({ fault }) => phase !== 'delete' || !isBodyFault(fault))) {
        it(`${row.name} → ${row.code}, never charged`, async () => {
          await begin();
          server.fail(phase, row.fault);
          check(await failureOf(call()), row);
          await call();
        });
      }

      if (phase !== 'delete') {
        it('a web page is worth another try', async () => {
          await begin();
          server.fail(phase, { type: 'wrong type' });
          checkFailure(await failureOf(call()), { code: 'bad_response', retryable: true, message: /answered without/ });
        });

        it('something else than was asked for is worth another try', async () => {
          await begin();
          for (const value of [{}, { id: 'x', object: 'model' }, 7, null, 'soon']) {
            server.fail(phase, bodyFault(value));
            checkFailure(await failureOf(call()), {
              code: 'bad_response',
              retryable: true,
              message: /answered without/,
            });
          }
        });
      }
    });
  }

  it('a clip that the server threw away is named so', async () => {
    await begin();
    for (const fault of [
      { type: 'expired' },
      statusFault(404, { code: 'model_not_found' }),
      statusFault(410),
    ] as const) {
      server.fail('poll', fault);
      checkFailure(await failureOf(videos.status(operation, context)), {
        code: 'not_found',
        message: /^Test server doesn't have this video any more: it expired or was deleted/,
      });
    }
  });

  it('an answer that stops coming ends by itself', async () => {
    await begin();
    const stalled: FetchFunction = () =>
      Promise.resolve(
        new Response(
          new ReadableStream({
            pull: (controller) => controller.error(new DOMException('The operation timed out.', 'TimeoutError')),
          }),
          { headers: { 'content-type': 'application/json' } },
        ),
      );
    checkFailure(await failureOf(videos.status(operation, { ...context, fetch: stalled })), {
      code: 'timeout',
      retryable: true,
      message: /did not answer in time/,
    });
  });

  it('a hanging poll can be cancelled', async () => {
    await begin();
    server.fail('poll', { type: 'hang' });
    const abort = new AbortController();
    const polled = failureOf(videos.status(operation, { ...context, signal: abort.signal }));
    await until(() => server.requests.length === 2);
    abort.abort();
    checkFailure(await polled, { code: 'cancelled', message: /Cancelled/ });
  });
});
